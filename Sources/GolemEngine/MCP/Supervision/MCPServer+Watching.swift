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
            case .toolsChanged: noteListChange()
            case .resourcesChanged, .promptsChanged:
                proven()
                noteListChange()
            case .log(let level, let text): note(MCPNoticeQueue.line(level, text))
            case .closed(let error):
                endSession(.lost(error), number: session.number)
                return
            }
        }
        guard !Task.isCancelled else { return }
        endSession(.lost(MCPError("closed", "the connection ended", endsConnection: true)), number: session.number)
    }

    private func noteListChange() {
        // Once is enough, however often it says so.
        guard !isListDue else { return }
        isListDue = true
        look.open()
    }

    /// Looks at the connection now and then, and when somebody asks for it.
    func monitor(_ session: Session) async {
        while !Task.isCancelled, session.end.current == nil {
            let look = Latch()
            self.look = look
            if listingIsDue { await listAgain(session) }
            let now = parts.time.wallNow()
            // One that waits for a person may do nothing else, and asking was a sign of life.
            let isQuiet = asking == 0 && now.since(provenAt ?? session.since) >= Self.probeInterval * 1_000_000
            if isProbeDue || isQuiet || nextProbe.map({ $0 <= now }) == true { await probe(session) }
            await sample(session)
            let flushDelay = flushStderrWhenDue()
            publishState(isRoutine: true)
            if listingIsDue || isProbeDue { continue }
            var delay = Self.tick
            if let flushDelay { delay = min(delay, flushDelay) }
            for time in [nextProbe, isListDue ? earliestListing : nil] {
                if let time { delay = min(delay, .microseconds(max(0, time.since(parts.time.wallNow())))) }
            }
            _ = try? await parts.time.withDeadline(delay) { await look.wait() }
        }
    }

    private var listingIsDue: Bool {
        isListDue && (earliestListing.map { $0 <= parts.time.wallNow() } ?? true)
    }

    /// Asks for the tools again after a change; at most once a second, and until it works.
    private func listAgain(_ session: Session) async {
        isListDue = false
        earliestListing = parts.time.wallNow().adding(seconds: 1)
        guard let problem = await listTools(session) else {
            listFailure = nil
            listBackoff.reset()
            remakeTools()
            return publishTools("the server changed its list")
        }
        guard !Task.isCancelled, session.end.current == nil else { return }
        listFailure = problem
        isListDue = true
        let delay = max(.seconds(1), listBackoff.next(parts.random()))
        earliestListing = parts.time.wallNow().adding(microseconds: delay.microseconds)
        publishState()
    }

    /// What came of asking whether the server lives.
    enum Answer: Sendable {
        /// It does; an error that it sends is an answer.
        case answered
        /// It did not answer; the error says why unless there was plain silence.
        case silent(MCPError?)
        /// Nobody waited for the answer any more.
        case interrupted
    }

    /// Asks whether the server lives, and does nothing else.
    func askForLife(_ session: Session) async -> Answer {
        let limit = min(Self.probeTime, settings.connectTimeout)
        let ending = await bounded.run("ping", limit: limit, grace: .seconds(1), time: parts.time) {
            () -> MCPError? in
            do throws(MCPError) {
                try await session.connection.ping()
                return nil
            } catch { return error }
        }
        guard self.session?.number == session.number else { return .interrupted }
        switch ending {
        case .value(nil): return .answered
        case .value(.some(let error)) where error.code == "rpc" || error.code == "unsupported": return .answered
        case .value(.some(let error)): return .silent(error.code == "timeout" ? nil : error)
        case .timedOut, .refused: return .silent(nil)
        case .cancelled: return .interrupted
        }
    }

    /// Asks whether the server lives; three times without an answer, and the connection is made anew.
    ///
    /// While calls run and none is late, silence does not count: the server may do one thing at a time.
    func probe(_ session: Session) async {
        isProbeDue = false
        let cause: MCPError?
        switch await askForLife(session) {
        case .answered: return proven()
        case .interrupted: return
        case .silent(let error): cause = error
        }
        if let cause, cause.endsConnection { return endSession(.lost(cause), number: session.number) }
        nextProbe = parts.time.wallNow().adding(microseconds: probeBackoff.next(parts.random()).microseconds)
        if cause == nil, inFlight > 0, !hasLateCall, unanswered == 0 {
            isBusy = true
            return publishState()
        }
        isBusy = false
        unanswered += 1
        failure =
            cause.map { "\($0.message) (\(unanswered) of \(Self.probeLimit) probes)" }
            ?? "it does not answer (\(unanswered) of \(Self.probeLimit) probes)"
        if unanswered >= Self.probeLimit {
            let text =
                cause.map { "\($0.message) (\(unanswered) probes in a row)" }
                ?? "it did not answer \(unanswered) probes in a row"
            return endSession(.lost(MCPError("timeout", text, endsConnection: true)), number: session.number)
        }
        publishState()
    }

    /// Asks for the tools, and whether there is anything to read; gives why the server did not give its tools.
    func listTools(_ session: Session) async -> String? {
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
            (listed, listedCount) = ([], 0)
            return nil
        }
        // Reading schemas takes its time, and this actor may run on the thread of turns.
        let ending = await bounded.run(
            "list", limit: settings.connectTimeout, grace: .seconds(1), time: parts.time
        ) { () -> Result<([MCPRemoteTool], Int), MCPError> in
            do throws(MCPError) {
                let tools = try await session.connection.tools()
                return .success((tools.prefix(Self.toolLimit + 1).map { MCPRemoteTool($0, of: self) }, tools.count))
            } catch {
                return .failure(error)
            }
        }
        switch ending {
        case .value(.success(let tools)):
            (listed, listedCount) = tools
            proven()
            return nil
        case .value(.failure(let error)):
            if error.endsConnection { endSession(.lost(error), number: session.number) }
            return "its tools could not be listed: \(error.message)"
        case .timedOut, .refused, .cancelled: return "its tools could not be listed: no answer"
        }
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

    /// Looks at the child's process and all that it started; elsewhere, because that reads many files.
    func sample(_ session: Session) async {
        guard let pid = session.connection.info.pid else { return }
        let ending = await bounded.run("sample", limit: .seconds(5), grace: .zero, time: parts.time) {
            ProcessUsage.tree(of: pid)
        }
        if case .value(.some(let seen)) = ending, self.session?.number == session.number { usage = seen }
    }

    func note(_ line: String) {
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
