// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Watching a live connection: what it says by itself, whether it answers, what its process uses.
extension MCPServer {
    /// How many lines are kept until they are published.
    private static let stderrLimit = 20

    /// Reads what the server says by itself.
    func read(_ session: Session) async {
        for await notice in session.connection.notices {
            switch notice {
            case .toolsChanged:
                isListDue = true
                look.open()
            case .resourcesChanged, .promptsChanged:
                proven()
                isListDue = true
                look.open()
            case .log(let level, let text): note(level == "stderr" ? text : "\(level): \(text)")
            case .closed(let error):
                endSession(.lost(error), number: session.number)
                return
            }
        }
        guard !Task.isCancelled else { return }
        endSession(.lost(MCPError("closed", "the connection ended", endsConnection: true)), number: session.number)
    }

    /// Looks at the connection now and then, and when somebody asks for it.
    func monitor(_ session: Session) async {
        while !Task.isCancelled, session.end.current == nil {
            let look = Latch()
            self.look = look
            if isListDue {
                isListDue = false
                if await listTools(session) {
                    remakeTools()
                    publishTools("the server changed its list")
                }
            }
            let now = parts.time.wallNow()
            // One that waits for a person may do nothing else, and asking was a sign of life.
            let isQuiet = asking == 0 && now.since(provenAt ?? session.since) >= Self.probeInterval * 1_000_000
            if isProbeDue || isQuiet || nextProbe.map({ $0 <= now }) == true { await probe(session) }
            sample()
            let flushDelay = flushStderrWhenDue()
            publishState(isRoutine: true)
            if isListDue || isProbeDue { continue }
            var delay = Self.tick
            if let flushDelay { delay = min(delay, flushDelay) }
            if let nextProbe { delay = min(delay, .microseconds(max(0, nextProbe.since(parts.time.wallNow())))) }
            _ = try? await parts.time.withDeadline(delay) { await look.wait() }
        }
    }

    /// Asks whether the server lives; three times without an answer, and the connection is made anew.
    ///
    /// An error that the server sends is an answer. Gives whether there was one.
    @discardableResult
    func probe(_ session: Session) async -> Bool {
        isProbeDue = false
        let limit = min(Self.probeTime, settings.connectTimeout)
        let ending = await bounded.run("ping", limit: limit, grace: .seconds(1), time: parts.time) {
            () -> MCPError? in
            do throws(MCPError) {
                try await session.connection.ping()
                return nil
            } catch { return error }
        }
        guard self.session?.number == session.number else { return false }
        switch ending {
        case .value(nil): proven()
        case .value(.some(let error)) where error.code == "rpc" || error.code == "unsupported": proven()
        case .value(.some(let error)) where error.endsConnection:
            endSession(.lost(error), number: session.number)
            return false
        case .cancelled: return false
        case .value(.some), .timedOut, .refused:
            unanswered += 1
            failure = "it does not answer (\(unanswered) of \(Self.probeLimit) probes)"
            if unanswered >= Self.probeLimit {
                let text = "it did not answer \(unanswered) probes in a row"
                endSession(.lost(MCPError("timeout", text, endsConnection: true)), number: session.number)
                return false
            }
            nextProbe = parts.time.wallNow().adding(microseconds: probeBackoff.next(parts.random()).microseconds)
            publishState()
            return false
        }
        return true
    }

    /// Asks for the tools, and whether there is anything to read; false when the server did not give its tools.
    func listTools(_ session: Session) async -> Bool {
        info = session.connection.info
        // Many servers announce what they have none of: two tools each for nothing would only confuse the model.
        info.hasResources = await hasAny(info.hasResources) { () async throws(MCPError) -> Bool in
            if try await !session.connection.resources().isEmpty { return true }
            return try await !session.connection.resourceTemplates().isEmpty
        }
        info.hasPrompts = await hasAny(info.hasPrompts) { () async throws(MCPError) -> Bool in
            try await !session.connection.prompts().isEmpty
        }
        guard info.hasTools else {
            mcpTools = []
            return true
        }
        let ending = await bounded.run(
            "list", limit: settings.connectTimeout, grace: .seconds(1), time: parts.time
        ) { () -> Result<[MCPTool], MCPError> in
            do throws(MCPError) { return .success(try await session.connection.tools()) } catch {
                return .failure(error)
            }
        }
        switch ending {
        case .value(.success(let tools)):
            mcpTools = tools
            proven()
            return true
        case .value(.failure(let error)):
            failure = "its tools could not be listed: \(error.message)"
            if error.endsConnection { endSession(.lost(error), number: session.number) }
        case .timedOut, .refused: failure = "its tools could not be listed: no answer"
        case .cancelled: break
        }
        return false
    }

    /// Whether a list that the server announces has entries; yes when it cannot be asked.
    private func hasAny(
        _ isAnnounced: Bool, _ ask: @escaping @Sendable () async throws(MCPError) -> Bool
    ) async -> Bool {
        guard isAnnounced else { return false }
        let ending = await bounded.run(
            "list", limit: settings.connectTimeout, grace: .seconds(1), time: parts.time
        ) { () -> Bool in
            do throws(MCPError) { return try await ask() } catch { return true }
        }
        if case .value(let hasEntries) = ending { return hasEntries }
        return true
    }

    /// Looks at the child's process.
    func sample() {
        guard let pid = session?.connection.info.pid, let seen = ProcessUsage.tree(of: pid) else { return }
        usage = seen
    }

    private func note(_ line: String) {
        if stderr.isEmpty { look.open() }
        if stderr.count >= Self.stderrLimit {
            stderr.removeFirst()
            stderrDropped += 1
        }
        stderr.append(String(line.prefix(500)))
    }

    /// Publishes what was written to standard error, at most once a second; gives how long to wait, if it must.
    private func flushStderrWhenDue() -> Duration? {
        guard !stderr.isEmpty else { return nil }
        let now = parts.time.wallNow()
        if let last = stderrFlushed, now.since(last) < 1_000_000 {
            return .microseconds(1_000_000 - now.since(last))
        }
        flushStderr()
        return nil
    }

    func flushStderr() {
        guard !stderr.isEmpty else { return }
        stderrFlushed = parts.time.wallNow()
        parts.bus.publish(.mcpStderr(MCPStderr(server: name, lines: stderr, dropped: stderrDropped)))
        stderr = []
        stderrDropped = 0
    }
}
