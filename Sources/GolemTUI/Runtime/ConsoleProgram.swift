// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// The present, as the console sees it; passed in, so that programs stay pure.
package struct ConsoleTime: Sendable, Hashable {
    /// Wall-clock time, for showing.
    package var wall: Timestamp
    /// Time since an arbitrary start that never jumps, for measuring.
    package var monotonic: Duration

    /// Makes a time.
    package init(wall: Timestamp, monotonic: Duration) {
        self.wall = wall
        self.monotonic = monotonic
    }
}

/// Where copied text went.
///
/// It is "sent", never "copied": whether a terminal keeps it cannot be known.
package enum CopyResult: Sendable, Hashable {
    /// Into tmux's paste buffer.
    case sentToTmux
    /// To the terminal by OSC 52.
    case sentToTerminal
    /// Not at all; the text says why.
    case failed(String)
}

/// What the loop itself reports to the program.
package enum ConsoleNotice: Sendable, Hashable {
    /// A terminal round trip asked for by ``ConsoleEffect/measureRoundTrip`` ended, or was given up after 2 s.
    case roundTrip(Duration)
    /// ``ConsoleEffect/copy(_:)`` ended.
    case copied(CopyResult)
    /// The console was stopped (`^Z`) or left its screen, and is back.
    case resumed
    /// So many messages were lost because the console did not keep up: ask for a fresh snapshot.
    case messagesDropped(Int)
}

/// What happens to a program.
package enum ConsoleInput<Message: Sendable>: Sendable {
    /// All keys that were waiting, in order.
    case keys([KeyPress])
    /// The terminal has a new size.
    case resized(Size)
    /// About once a second, on the second.
    case tick(ConsoleTime)
    /// A message from the mailbox.
    case message(Message)
    /// A report from the loop.
    case notice(ConsoleNotice)
}

/// What a program asks for.
package enum ConsoleEffect<Effect: Sendable>: Sendable {
    /// End the loop.
    case quit
    /// Leave the screen and stop the process until it is continued.
    case suspend
    /// Let the terminal report the mouse, or not.
    case reportMouse(Bool)
    /// Draw everything again (`^L`).
    case repaint
    /// Time one round trip to the terminal; a ``ConsoleNotice/roundTrip(_:)`` follows.
    case measureRoundTrip
    /// Send text to the clipboard; a ``ConsoleNotice/copied(_:)`` follows.
    case copy(String)
    /// Leave the screen, print these lines undecorated, and wait for a key (`Y`).
    case showPlain([String])
    /// Something outside the console; handed to the effect runner, which must not block.
    case perform(Effect)
}

extension ConsoleEffect: Equatable where Effect: Equatable {}

/// The console as a pure value: it takes what happens, asks for effects, and draws itself.
package protocol ConsoleProgram: SendableMetatype {
    /// What others post to it.
    associatedtype Message: Sendable
    /// What it asks others to do.
    associatedtype Effect: Sendable

    /// Takes one input at `now`; returns what is to be done.
    mutating func handle(_ input: ConsoleInput<Message>, now: ConsoleTime) -> [ConsoleEffect<Effect>]
    /// The picture for a size; must have exactly that size.
    func render(size: Size, capabilities: Capabilities, now: ConsoleTime) -> Frame
}
