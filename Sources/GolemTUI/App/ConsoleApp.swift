// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The console as a program of the loop: hands inputs to the reducer and draws the state.
package struct ConsoleApp: ConsoleProgram {
    /// The state.
    package private(set) var state: ConsoleState

    /// Makes a console that knows nothing yet.
    package init(state: ConsoleState) { self.state = state }

    /// Takes one input.
    package mutating func handle(_ input: ConsoleInput<ConsoleAction>, now: ConsoleTime) -> [Effect] {
        _ = reduce(&state, .timePassed(now))
        switch input {
        case .keys(let presses): return presses.flatMap { reduce(&state, .keyPressed($0)) }
        case .resized(let size): return reduce(&state, .resized(size))
        case .tick: return reduce(&state, .ticked)
        case .message(let action): return reduce(&state, action)
        case .notice(.roundTrip(let duration)): return reduce(&state, .roundTripped(duration))
        case .notice(.copied(let result)): return reduce(&state, .copied(result))
        case .notice(.resumed): return reduce(&state, .resumed)
        case .notice(.messagesDropped(let count)): return reduce(&state, .messagesDropped(count))
        }
    }

    /// The picture; time stands still between inputs, so that drawing more often sends no more bytes.
    package func render(size: Size, capabilities: Capabilities, now: ConsoleTime) -> Frame {
        GolemTUI.render(state, size: size, capabilities: capabilities)
    }
}
