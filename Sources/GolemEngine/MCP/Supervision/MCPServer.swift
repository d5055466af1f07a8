// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// One MCP server: keeps a connection to it alive, for ever, and says how it is.
///
/// Every failure stays inside: a server that hangs, dies or lies costs the calls to it and nothing else. What it says
/// of itself comes from the live connection alone.
actor MCPServer {
    /// What a server needs of its engine.
    struct Parts: Sendable {
        let connector: (any MCPConnector)?
        let catalog: ToolCatalog
        let bus: EventBus
        let time: any TimeSource
        /// A number from 0 to 1.
        let random: @Sendable () -> Double
        /// Told when the names that other servers may have could have changed.
        let namesChanged: @Sendable () -> Void
        /// Where people are asked what servers want to know.
        let questions: QuestionDesk
    }

    /// An operator's wish that the server does not run.
    struct Disabled: Sendable, Equatable {
        var by: String
        var until: Timestamp?
        var isKept: Bool
    }

    /// Where it stands.
    enum Phase: Sendable, Equatable {
        /// A connection is being made.
        case connecting
        /// There is a connection.
        case connected
        /// There is none; the next attempt is made then.
        case waiting(until: Timestamp)
        /// It is not to run.
        case disabled
        /// The engine stops.
        case stopped
    }

    /// Why a session ended.
    enum SessionEnd: Sendable, Equatable {
        case lost(MCPError)
        case reconnect
        case disabled
        case stopped
    }

    /// A connection while it lasts.
    struct Session: Sendable {
        let number: Int
        let connection: any MCPConnection
        let since: Timestamp
        let end = OneShot<SessionEnd>()
    }

    /// A call under way.
    struct Call: Sendable {
        let caller: MCPCaller
        /// Its time, while the server works for it.
        var clock: CallClock?
    }

    /// How often a quiet connection is tried, and figures are looked at.
    static let probeInterval: Int64 = 30
    static let tick = Duration.seconds(10)
    static let probeTime = Duration.seconds(8)
    /// Probes in a row without an answer before the connection is made anew.
    static let probeLimit = 3
    /// Seconds after which a connection counts as good, so that losing it is not one more failure in a row.
    static let stableSeconds: Int64 = 60

    nonisolated let name: String
    nonisolated let settings: MCPServerSettings
    nonisolated let gate: MCPCallGate
    let parts: Parts
    /// Operations that may ignore their end do not hold up the server.
    let bounded = BoundedCalls()

    var phase = Phase.connecting
    var session: Session?
    var sessionCount = 0
    var disabled: Disabled?
    var isStopping = false
    /// Opened when an attempt to connect ended, whatever came of it.
    var attempt = Latch()
    /// Opened to end a pause between attempts.
    var wake = Latch()
    /// Opened to make the monitor look at once.
    var look = Latch()
    var backoff = MCPBackoff()

    /// Why there is no connection, or why the last one ended.
    var failure: String?
    var hadSession = false
    var restarts = 0
    var restartTimes: [Timestamp] = []
    var provenAt: Timestamp?
    /// Probes without an answer in a row; calls fail at once while there are some.
    var unanswered = 0
    /// Whether it answers no probe while calls run: it may do one thing at a time, and is not given up for it.
    var isBusy = false
    /// Whether a call ran into its deadline since the server last answered: then silence counts although calls run.
    var hasLateCall = false
    var probeBackoff = MCPBackoff(base: .seconds(2), cap: .seconds(30))
    var nextProbe: Timestamp?
    var isProbeDue = false

    var info = MCPServerInfo()
    /// What the server listed, under names that are not given yet; not more than can be offered.
    var listed: [MCPRemoteTool] = []
    var listedCount = 0
    var isListDue = false
    /// Why its changed list could not be had; it is asked for again.
    var listFailure: String?
    /// Before this its list is not asked for again.
    var earliestListing: Timestamp?
    var listBackoff = MCPBackoff(base: .seconds(2), cap: .seconds(60))
    var hidden: Set<String>
    /// The tools that the configuration hides: those of `hidden` that stay hidden after a restart.
    var keptHidden: Set<String>
    var names: MCPToolNames
    /// Its tools, and the ways of reading from it, made anew only when the server changed them.
    var remote: [MCPRemoteTool] = []
    var notedTools: [MCPToolsChanged.Tool] = []
    var knowsTools = false
    var inFlight = 0
    /// Calls under way, by an ordinal.
    var calls: [UInt64: Call] = [:]
    var nextCall: UInt64 = 0
    /// Questions that wait for people.
    var asking = 0

    var usage: ProcessUsage?
    var stderr: [String] = []
    var stderrDropped = 0
    var stderrFlushed: Timestamp?
    var published: MCPStateChanged?

    init(_ server: MCPOptions.Server, parts: Parts) {
        name = server.settings.name
        settings = server.settings
        self.parts = parts
        gate = MCPCallGate(places: server.settings.concurrentCalls)
        hidden = Set(server.hiddenTools)
        keptHidden = hidden
        names = MCPToolNames(server: server.settings.name)
        if !server.isEnabled { disabled = Disabled(by: "config", until: nil, isKept: true) }
    }

    var transportName: String {
        switch settings.transport {
        case .stdio: "stdio"
        case .http: "http"
        case .httpSSE: "http_sse"
        }
    }

    /// Connects, watches and connects again until `stop()`; cancelling the task stops it too.
    func run() async {
        while !isStopping, !Task.isCancelled {
            if let disabled {
                await rest(disabled)
                continue
            }
            let wake = Latch()
            self.wake = wake
            phase = .connecting
            publishState()
            let connection = await connect(wake)
            if let connection, disabled == nil, !isStopping, !Task.isCancelled {
                await serve(connection, wake)
            } else if let connection {
                await close(connection)
            } else if disabled == nil, !isStopping, !wake.isOpen {
                let delay = backoff.next(parts.random())
                phase = .waiting(until: parts.time.wallNow().adding(microseconds: delay.microseconds))
                attempt.open()
                publishState()
                await pause(delay, wake)
            }
        }
        phase = .stopped
        attempt.open()
        publishTools("the engine stops")
        // They hold this actor, which holds them.
        remote = []
    }

    /// Waits while the server is disabled.
    private func rest(_ wish: Disabled) async {
        let wake = Latch()
        self.wake = wake
        phase = .disabled
        failure = nil
        attempt.open()
        publishState()
        await pause(wish.until.map { .microseconds(max(0, $0.since(parts.time.wallNow()))) }, wake)
        if let until = disabled?.until, until <= parts.time.wallNow() { disabled = nil }
        backoff.reset()
    }

    /// Waits until `wake` is opened, or for so long.
    private func pause(_ duration: Duration?, _ wake: Latch) async {
        guard let duration else { return await wake.wait() }
        _ = try? await parts.time.withDeadline(duration) { await wake.wait() }
    }

    /// Tries to connect; opening `wake` ends the attempt, because somebody wants something else.
    private func connect(_ wake: Latch) async -> (any MCPConnection)? {
        if attempt.isOpen { attempt = Latch() }
        guard let connector = parts.connector else {
            failure = "this build has no MCP client"
            return nil
        }
        // A connection that comes when nobody waits for it any more is closed by whoever sees it last.
        let made = OneShot<any MCPConnection>()
        let operation = { @Sendable [settings] () async -> Result<any MCPConnection, MCPError> in
            do throws(MCPError) {
                let connection = try await connector.connect(settings) { await self.ask($0) }
                made.fulfil(connection)
                guard !Task.isCancelled else {
                    await connection.close()
                    return .failure(MCPError("cancelled", "the attempt to connect was ended"))
                }
                return .success(connection)
            } catch {
                return .failure(error)
            }
        }
        let limit = settings.connectTimeout + .seconds(2)
        let ending = await withTaskGroup(of: BoundedCalls.Ending<Result<any MCPConnection, MCPError>>?.self) { group in
            group.addTask { [bounded, parts] in
                await bounded.run("connect", limit: limit, grace: .zero, time: parts.time, operation)
            }
            group.addTask {
                await wake.wait()
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            if first == nil {
                while let late = await group.next() {
                    if case .value(.success(let connection))? = late { await connection.close() }
                }
            }
            return first
        }
        switch ending {
        case .value(.success(let connection)): return connection
        case .value(.failure(let error)):
            failure = error.message
            for line in error.log { note(line) }
            flushStderr()
        case .timedOut: failure = "no connection within \(durationText(settings.connectTimeout.microseconds))"
        case .refused(let count): failure = "\(count) earlier attempts to connect never ended"
        // Somebody wanted something else meanwhile: the reason from before is still the best one.
        case .cancelled, nil: break
        }
        if let late = made.current { await close(late) }
        return nil
    }

    private enum Listing: Sendable {
        case done
        case failed(String)
        case interrupted
    }

    /// Asks for the tools of a new connection; opening `wake` ends that, because somebody wants something else.
    private func listFirst(_ session: Session, _ wake: Latch) async -> Listing {
        await withTaskGroup(of: Listing.self) { group in
            group.addTask {
                if let problem = await self.listTools(session) { return .failed(problem) }
                return .done
            }
            group.addTask {
                await wake.wait()
                return .interrupted
            }
            let first = await group.next() ?? .interrupted
            group.cancelAll()
            return first
        }
    }

    /// Uses a connection until it ends, and closes it.
    private func serve(_ connection: any MCPConnection, _ wake: Latch) async {
        sessionCount += 1
        let session = Session(number: sessionCount, connection: connection, since: parts.time.wallNow())
        info = connection.info
        let listing = await listFirst(session, wake)
        guard case .done = listing else {
            await close(connection)
            guard case .failed(let problem) = listing else { return }
            failure = problem
            if disabled != nil || isStopping { return }
            let delay = backoff.next(parts.random())
            phase = .waiting(until: parts.time.wallNow().adding(microseconds: delay.microseconds))
            attempt.open()
            publishState()
            return await pause(delay, wake)
        }
        if disabled != nil || isStopping { return await close(connection) }
        self.session = session
        phase = .connected
        failure = nil
        unanswered = 0
        isBusy = false
        nextProbe = nil
        isListDue = false
        listFailure = nil
        earliestListing = nil
        listBackoff.reset()
        hadSession = true
        proven()
        remakeTools()
        publishTools(sessionCount == 1 ? "connected" : "connected again")
        attempt.open()
        publishState()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.read(session) }
            group.addTask { await self.monitor(session) }
            _ = await session.end.wait()
            group.cancelAll()
        }
        self.session = nil
        phase = .connecting
        if attempt.isOpen { attempt = Latch() }
        await end(session)
    }

    /// Clears up after a session.
    private func end(_ session: Session) async {
        let end = session.end.current ?? .stopped
        flushStderr()
        let now = parts.time.wallNow()
        if case .lost(let error) = end {
            failure = error.message
            restarts += 1
            restartTimes = restartTimes.filter { now.since($0) < 600_000_000 } + [now]
            if now.since(session.since) >= Self.stableSeconds * 1_000_000 { backoff.reset() }
            publishState()
        } else {
            backoff.reset()
        }
        await close(session.connection)
        usage = nil
        // Lost soon after it was made: waiting a little first, so that it does not go round in circles.
        guard case .lost = end, now.since(session.since) < Self.stableSeconds * 1_000_000, restartTimes.count > 1 else {
            return
        }
        let delay = backoff.next(parts.random())
        let wake = Latch()
        self.wake = wake
        guard disabled == nil, !isStopping else { return }
        phase = .waiting(until: now.adding(microseconds: delay.microseconds))
        attempt.open()
        publishState()
        await pause(delay, wake)
    }

    /// Closes a connection, and goes on after a while when that does not end.
    private func close(_ connection: any MCPConnection) async {
        _ = await bounded.run("close", limit: .seconds(15), grace: .zero, time: parts.time) { await connection.close() }
    }

    /// Ends the session with that number, or whichever there is.
    func endSession(_ end: SessionEnd, number: Int? = nil) {
        guard let session, number == nil || session.number == number else { return }
        // Calls that come from now on wait for the next connection.
        if session.end.fulfil(end), attempt.isOpen { attempt = Latch() }
    }

    /// Notes that the server answered just now.
    func proven() {
        provenAt = parts.time.wallNow()
        hasLateCall = false
        guard unanswered > 0 || isBusy else { return }
        unanswered = 0
        isBusy = false
        failure = nil
        probeBackoff.reset()
        nextProbe = nil
        publishState()
    }

    /// Asks `run()` to end everything and return; does not wait for it.
    func stop() {
        isStopping = true
        wake.open()
        endSession(.stopped)
    }
}
