// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Synchronization

/// Whether tools may run at all, and the calls that run.
///
/// A call that begins and a stop that is pulled meet under one lock: no call slips through.
package final class EmergencyStop: Sendable {
    private struct State {
        var current: PolicyStateFile.Stop?
        var running: [UInt64: Pass] = [:]
        var next: UInt64 = 0
    }

    /// A call that may run until it is interrupted.
    struct Pass: Sendable {
        let id: UInt64
        /// Whether it is a tool call, rather than something that waits with one.
        let isCall: Bool
        let interruption: Interruption
    }

    private let state = Mutex(State())

    /// Makes a stop that is released.
    package init() {}

    /// The sentence for the model; nil while tools may run.
    package var refusal: String? { state.withLock { $0.current.map(Self.sentence) } }

    /// Whether tools are stopped.
    package var isOn: Bool { state.withLock { $0.current != nil } }

    var current: PolicyStateFile.Stop? { state.withLock { $0.current } }

    /// Lets a call begin; nil when tools are stopped.
    func begin(isCall: Bool = true) -> Pass? {
        state.withLock { state in
            guard state.current == nil else { return nil }
            let pass = Pass(id: state.next, isCall: isCall, interruption: Interruption())
            state.next += 1
            state.running[pass.id] = pass
            return pass
        }
    }

    /// Notes that a call ended.
    func end(_ pass: Pass) { state.withLock { $0.running[pass.id] = nil } }

    /// Stops all tools; gives how many calls were interrupted, and false when they were stopped before.
    func pull(_ stop: PolicyStateFile.Stop) -> (interrupted: Int, isNew: Bool) {
        let (running, isNew) = state.withLock { state in
            let isNew = state.current == nil
            if isNew { state.current = stop }
            return (exchange(&state.running, with: [:]), isNew)
        }
        for pass in running.values { pass.interruption.fire() }
        return (running.values.count(where: \.isCall), isNew)
    }

    /// Lets tools run again; false when they were not stopped.
    func release() -> Bool { state.withLock { exchange(&$0.current, with: nil) != nil } }

    private static func sentence(_ stop: PolicyStateFile.Stop) -> String {
        "an operator has stopped all tools for now" + (stop.reason.isEmpty ? "" : " (\(stop.reason))")
            + "; do not try again, tell the user instead"
    }
}
