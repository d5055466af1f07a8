// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// What operators do with a server; each answers with the state read back.
extension MCPServer {
    /// How long an action waits for the connection that it asked for, before it answers with how things stand.
    private static let settleTime = Duration.seconds(8)

    /// Takes the server's tools away at once and ends its process; calls under way finish first, unless they are to be
    /// cancelled.
    func disable(by actor: String, until: Timestamp?, isKept: Bool, cancelsCalls: Bool) -> String {
        let gone = disabled == nil ? notedTools.count(where: \.isOffered) : 0
        disabled = Disabled(by: actor, until: until, isKept: isKept)
        publishTools("disabled by \(actor)")
        publishState()
        parts.questions.withdraw(server: name, because: "the server was disabled by \(actor)")
        wake.open()
        let running = inFlight
        if cancelsCalls || running == 0 { endSession(.disabled) }
        var text = "\(name) is disabled: \(gone) tools gone"
        if running > 0 { text += ", \(running) calls under way \(cancelsCalls ? "are ended" : "finish")" }
        return text + "; " + lasting(until, isKept)
    }

    /// Lets the server run again; gives the wish that it did not.
    func enable(by actor: String) -> Disabled? {
        let was = disabled
        disabled = nil
        if was != nil {
            backoff.reset()
            // Calls that come from now on wait for the connection.
            if session == nil, attempt.isOpen { attempt = Latch() }
            wake.open()
        }
        if session != nil {
            // It was still finishing calls: it simply goes on.
            publishTools("enabled by \(actor)")
            publishState()
        }
        return was
    }

    /// Waits a while for the connection of a server that was enabled, and says how things stand.
    func enabled(_ was: Disabled?, isKept: Bool) async -> String {
        await settle()
        guard let was else { return "\(name) was enabled already; \(readBack)" }
        guard was.isKept, !isKept else { return readBack }
        return readBack + "; the next start disables it again, unless you say: golem mcp enable \(name) --keep"
    }

    /// Makes the connection anew; whether there is one now, and how things stand, or nil when the server is disabled.
    func reconnect() async -> (isConnected: Bool, text: String)? {
        guard disabled == nil else { return nil }
        backoff.reset()
        restartTimes = []
        if session == nil, attempt.isOpen { attempt = Latch() }
        endSession(.reconnect)
        wake.open()
        await settle()
        let isConnected = session.map { $0.end.current == nil } ?? false
        if isConnected || phase != .connecting { return (isConnected, readBack) }
        return (false, readBack + "; it is still being connected")
    }

    /// Tries the live connection; whether it answered, and what it said, and nothing else comes of it.
    func test() async -> (isGood: Bool, text: String) {
        guard let session, session.end.current == nil, disabled == nil else { return (false, readBack) }
        let began = parts.time.monotonicMicroseconds()
        let answer = await askForLife(session)
        let took = durationText(parts.time.monotonicMicroseconds() - began)
        await sample(session)
        switch answer {
        case .answered:
            proven()
            publishState(isRoutine: true)
            return (true, "\(name) answered in \(took); \(readBack)")
        case .silent(let cause):
            let reason = cause?.message ?? "no answer within \(took)"
            return (false, "\(name) did not answer: \(reason); \(readBack)")
        case .interrupted: return (false, "the test was interrupted; \(readBack)")
        }
    }

    /// How things stand, for an operator.
    var readBack: String {
        let health = health
        var text = "\(name) is \(health.word)" + (health.reason.map { ": \($0)" } ?? "")
        if case .down(_, let retryAt?) = health {
            text += ", next try in \(max(0, retryAt.since(parts.time.wallNow()) / 1_000_000))s"
        }
        if disabled == nil, hadSession {
            let offered = notedTools.count(where: \.isOffered)
            text += ", \(offered) tools" + (offered < notedTools.count ? " of \(notedTools.count)" : "")
        }
        return text
    }

    /// Waits a while for the end of the attempt to connect that was just asked for.
    private func settle() async {
        let end = min(Self.settleTime, settings.connectTimeout + .seconds(1))
        _ = try? await parts.time.withDeadline(end) { await self.waitUntilSettled() }
    }

    private func waitUntilSettled() async {
        while !Task.isCancelled {
            if isStopping { return }
            if let session, session.end.current == nil { return }
            if case .waiting = phase, attempt.isOpen, wake.isOpen == false { return }
            if attempt.isOpen { attempt = Latch() }
            await attempt.wait()
        }
    }

    private func lasting(_ until: Timestamp?, _ isKept: Bool) -> String {
        if isKept { return "until it is enabled again, also after a restart" }
        guard let until else { return "until restart" }
        // Whole seconds: a moment has passed since it was asked.
        let seconds = (until.since(parts.time.wallNow()) + 999_999) / 1_000_000
        return "for \(durationText(seconds * 1_000_000)), or until restart"
    }
}
