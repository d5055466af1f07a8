// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Decides when a frame is drawn: a value that is told the time.
///
/// What the operator did is drawn at once; what the engine did at most so often; and nothing while the terminal still has an
/// earlier frame to read (``FlowControl``). Frames are not queued: when drawing is allowed again, the newest state is drawn.
struct FramePacer: Sendable, Equatable {
    /// What to do now.
    enum Decision: Sendable, Equatable {
        case draw
        /// Nothing changed.
        case idle
        /// Ask again at this time.
        case wait(until: Duration)
        /// Ask again when the terminal took everything.
        case waitForDrain
        /// Ask again when the terminal said that it has read the last frame.
        case waitForAnswer
    }

    private static let slowInterval = Duration.seconds(1)
    /// So many frames that went out at once make a slow terminal a fast one again.
    private static let trust = 3

    private let interval: Duration
    private var hasInput = false
    private var hasData = false
    private var lastDraw: Duration?
    private var slowFrames = 0

    /// Makes a pacer: 20 data frames a second, 4 on the far side of SSH.
    init(isRemote: Bool) { interval = isRemote ? .milliseconds(250) : .milliseconds(50) }

    /// Something changed that the operator waits for.
    mutating func noteInput() { hasInput = true }

    /// Something changed that nobody asked for.
    mutating func noteData() { hasData = true }

    /// What to do at `now`; `isBlocked` while bytes of an earlier frame wait or the terminal takes none.
    func decision(now: Duration, isBlocked: Bool, flow: FlowControl) -> Decision {
        guard hasInput || hasData else { return .idle }
        guard !isBlocked else { return .waitForDrain }
        guard !flow.isWaiting(forInput: hasInput) else { return .waitForAnswer }
        guard !hasInput, let lastDraw else { return .draw }
        let next = lastDraw + pause(flow)
        return next <= now ? .draw : .wait(until: next)
    }

    /// From one data frame to the next.
    ///
    /// The line rests as long as the last frame took to be read, so that a key mostly finds it free.
    private func pause(_ flow: FlowControl) -> Duration {
        guard flow.standing == .answers else { return slowFrames > 0 ? Self.slowInterval : interval }
        let roundTrip = flow.roundTrip ?? .zero
        return max(interval, roundTrip + min(roundTrip, Self.slowInterval))
    }

    /// A frame went out at `now`; `isDrained` when the terminal took all of it at once.
    mutating func drew(now: Duration, isDrained: Bool) {
        hasInput = false
        hasData = false
        lastDraw = now
        slowFrames = isDrained ? max(0, slowFrames - 1) : Self.trust
    }
}
