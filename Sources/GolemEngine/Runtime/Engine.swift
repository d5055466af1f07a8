// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import FoundationEssentials
import Glibc
package import GolemEvents
import Synchronization

/// A whole headless server: the one place where the parts are wired together.
public final class Engine: Sendable {
    /// What it was made with.
    package let options: EngineOptions
    /// Its events.
    package let bus: EventBus
    /// Its state.
    package let keeper: StateKeeper
    /// Its database.
    package let store: SQLiteStore
    /// What answers.
    package let agent: Agent
    /// What delivers.
    package let outbox: Outbox
    /// The tools that the model may use now.
    package let tools: ToolCatalog
    /// What keeps MCP servers going.
    package let mcp: MCPSupervisor
    /// The door for operators.
    package let commands: CommandDesk
    /// Where calls wait for people.
    package let approvals: ApprovalDesk
    /// The policy in force.
    package let policy: PolicyControl
    /// What is remembered of every call and decision.
    package let audit: AuditLog
    /// The consoles that watch.
    package let audience: ConsoleAudience
    let files: BlockingQueue
    let metrics: MetricsFile
    private let log: LogWriter?
    private let lock: FileLock
    private let stopReason = OneShot<String>()
    private let hurry = Latch()

    /// Takes the workspace, opens the store and wires everything; nothing runs yet.
    ///
    /// Blocks for some milliseconds. Errors are `EngineError` with the next step in the text.
    package init(options: EngineOptions) throws(EngineError) {
        self.options = options
        let stateFolder = options.workspace + "/state"
        try Self.prepareWorkspace(options.workspace)
        lock = try Self.takeLock(stateFolder + "/golem.lock")
        do {
            store = try SQLiteStore(path: stateFolder + "/golem.db")
        } catch {
            throw EngineError(code: "store_\(error.code)", message: error.message)
        }
        let time = options.time
        let redactor = Redactor(secrets: options.secrets)
        let bus = EventBus(time: time, redactor: redactor)
        let keeper = StateKeeper(bus: bus, time: time)
        let files = BlockingQueue(name: "golem-files")
        let audience = ConsoleAudience()
        let audit = AuditLog(
            path: options.audit.path ?? AuditFiles.path(workspace: options.workspace),
            sizeLimit: options.audit.sizeLimit, fileLimit: options.audit.fileLimit, time: time,
            redactor: redactor, loop: options.loop, observer: Self.auditObserver(bus))
        let outbox = Outbox(
            store: store, bus: bus, time: time, limits: options.delivery, channels: options.channels,
            redactor: redactor, random: { Double.random(in: 0...1) })
        let policy = PolicyControl(
            PolicyControl.Configuration(options), path: stateFolder + "/policy.json", bus: bus, time: time,
            audit: audit, queue: files)
        let notifier = ApprovalDesk.Notifier(
            options, audience: audience, store: store, outbox: outbox, bus: bus, redactor: redactor)
        // Whoever waits for an answer over HTTP must not give up in the moment in which the question expires.
        let patience = options.gateway?.answerTimeout ?? .seconds(900)
        let approvals = ApprovalDesk(
            store: store, bus: bus, time: time, audit: audit, notifier: notifier, lifetime: patience * 5 / 6)
        let questions = QuestionDesk(
            bus: bus, time: time, audit: audit, notifier: notifier, stop: policy.emergencyStop)
        let tools = ToolCatalog(options.tools)
        let mcp = MCPSupervisor(
            options.mcp, catalog: tools, bus: bus, questions: questions, time: time, queue: files,
            random: { Double.random(in: 0...1) })
        let parts = AgentParts(
            store: store, bus: bus, time: time, models: options.models, tools: tools, approvals: approvals,
            questions: questions, context: ContextBuilder(workspace: options.workspace, queue: files, time: time),
            limits: options.limits,
            policy: policy, audit: audit, notifier: notifier, randomCode: { Self.randomCode() },
            statusText: { keeper.read { Self.chatStatus($0, workspace: options.workspace) } }, redactor: redactor,
            executor: options.loop)
        let agent = Agent(
            parts: parts,
            lanes: SessionLanes(limit: options.concurrentTurns, capacity: options.messageCapacity),
            workspace: options.workspace, queue: files, onOutbound: { outbox.enqueue($0) })
        let stopReason = self.stopReason
        let metrics = MetricsFile(
            path: stateFolder + "/runtime_metrics.json", bus: bus, keeper: keeper, queue: files, time: time)
        commands = CommandDesk(
            bus: bus, time: time, agent: agent, approvals: approvals, questions: questions,
            models: options.models, store: store, outbox: outbox,
            policy: PolicyCommands(
                control: policy, approvals: approvals, configuration: options.configLocations, queue: files,
                approvers: options.approvers, tools: tools),
            audit: audit, mcp: mcp, servers: { keeper.read { $0.mcpServers } }, redactor: redactor, keeper: keeper,
            newID: { RandomUUID.text() },
            stop: { stopReason.fulfil($0) },
            status: {
                let load = agent.load
                let current = metrics.current()
                let now = time.wallNow()
                return keeper.read { StatusReport.live($0, metrics: current, load: load, now: now).text }
            })
        self.metrics = metrics
        self.policy = policy
        self.audience = audience
        self.audit = audit
        log = options.log.map { LogWriter(bus: bus, options: $0, time: time) }
        self.bus = bus
        self.keeper = keeper
        self.files = files
        self.approvals = approvals
        self.outbox = outbox
        self.agent = agent
        self.tools = tools
        self.mcp = mcp
    }

    /// A link for a console in this process.
    package func link() -> any EngineLink {
        LocalLink(bus: bus, keeper: keeper, commands: commands, time: options.time, audience: audience)
    }

    /// Whether a stop was requested.
    package var isStopping: Bool { stopReason.current != nil }

    /// Ends `run()` in order; callable from any thread, the first reason counts.
    ///
    /// A second request ends the grace period of what still runs.
    package func requestStop(_ reason: String) {
        if !stopReason.fulfil(reason) { hurry.open() }
    }

    /// Runs until a stop is requested.
    ///
    /// `onReady` gets the gateway's address once everything listens.
    package func run(onReady: @Sendable (String?) -> Void = { _ in }) async throws(EngineError) {
        defer {
            bus.close()
            store.close()
            files.stop()
            audit.stop()
            log?.close()
        }
        // Before anything new can come in, so that old messages are answered first.
        let left = await takeUp()
        let gateway = try await startGateway()
        let attach: AttachServer
        do {
            attach = try await AttachServer(
                path: options.workspace + "/state/golem.sock", bus: bus, keeper: keeper, commands: commands,
                time: options.time, audience: audience)
        } catch {
            await gateway?.stop()
            throw EngineError(code: "attach_failed", message: "the console socket could not be opened: \(error)")
        }
        publishStart(gateway: gateway?.address)
        await policy.announce()
        announce(left)
        onReady(gateway?.address)
        await serve(gateway, attach)
        await options.loop.stop()
    }

    /// Opens the log file again, after somebody moved it away (SIGHUP); callable from any thread.
    package func reopenLog() { log?.reopen() }

    private func serve(_ gateway: GatewayService?, _ attach: AttachServer) async {
        await withTaskGroup(of: Void.self) { observers in
            // These end by themselves once the bus is closed and they have seen everything.
            observers.addTask { await self.keeper.run() }
            let archive = EventArchive(
                bus: self.bus, store: self.store, time: self.options.time, days: self.options.eventDays)
            observers.addTask { await archive.run() }
            observers.addTask { await self.metrics.run() }
            if let log { observers.addTask { await log.run() } }
            await withTaskGroup(of: Void.self) { consoles in
                consoles.addTask { await attach.run() }
                await work(gateway)
                bus.close()
                consoles.cancelAll()
            }
        }
    }

    /// Takes messages in and answers them until a stop is requested, then ends in order.
    private func work(_ gateway: GatewayService?) async {
        await withTaskGroup(of: Void.self) { workers in
            workers.addTask(executorPreference: self.agent.parts.executor) { await self.agent.run() }
            workers.addTask { await self.outbox.run() }
            workers.addTask { await self.mcp.run() }
            await withTaskGroup(of: Void.self) { intake in
                for channel in self.options.channels { intake.addTask { await self.run(channel) } }
                intake.addTask { await self.announceGivenUp() }
                intake.addTask { await self.checkStore() }
                intake.addTask { await self.checkAudit() }
                intake.addTask { await self.reportSandbox() }
                intake.addTask { await self.policy.run() }
                intake.addTask { await self.audit.run() }
                let reason = await self.stopReason.wait() ?? "cancelled"
                self.bus.publish(.engineStopping(EngineStopping(reason: reason)))
                intake.cancelAll()
            }
            // No new messages from here on. Running turns get their grace, then what is open stays in the store.
            async let drained: Void = self.agent.stop(grace: self.options.stopGrace, hurry: self.hurry)
            await gateway?.stop()
            await drained
            // After the turns, which may use their tools to the end.
            self.mcp.stop()
            self.outbox.stop()
        }
    }

    /// What an earlier process left.
    private struct Left {
        var messages = 0
        var abandonedApprovals = 0
        var outbound: [OutboundMessage] = []
        var error: StoreError?
    }

    private func takeUp() async -> Left {
        var left = Left()
        do {
            left.messages = try await agent.resumeUnfinished()
            left.outbound = try await store.pendingOutbound(limit: 100_000)
            let abandoned = try await store.abandonApprovals(at: options.time.wallNow())
            for approval in abandoned { noteAbandoned(approval) }
            left.abandonedApprovals = abandoned.count
        } catch {
            left.error = error
        }
        return left
    }

    private func announce(_ left: Left) {
        // Not more than the event ring holds: the state would miss some.
        for row in left.outbound.prefix(8_000) {
            bus.publish(
                .outboundQueued(
                    OutboundQueued(
                        messageID: row.id, channel: row.draft.channel, chatID: row.draft.chatID,
                        bytes: row.draft.text.utf8.count)), requestID: row.draft.requestID,
                session: "\(row.draft.channel):\(row.draft.chatID)")
        }
        outbox.enqueue(left.outbound)
        if left.messages + left.outbound.count + left.abandonedApprovals > 0 {
            bus.publish(
                .log(
                    LogRecorded(
                        level: .info, message: "resumed after a restart",
                        fields: [
                            LogField("messages", String(left.messages)),
                            LogField("outbound", String(left.outbound.count)),
                            LogField("approvals_asked_again", String(left.abandonedApprovals)),
                        ])))
        }
        let health = left.error.map { ServiceHealth.down(reason: $0.message, retryAt: nil) } ?? .healthy
        bus.publish(.serviceHealth(ServiceHealthChanged(service: "store", health: health)))
    }

    /// Tells of messages that an earlier process gave up: the alarm of a message that nobody got outlives that process.
    ///
    /// Beside the work, because it looks through the whole outbox.
    private func announceGivenUp() async {
        guard let rows = try? await store.givenUpOutbound(limit: 1_000) else { return }
        for row in rows {
            let draft = row.message.draft
            bus.publish(
                .outboundDead(
                    OutboundDead(
                        messageID: row.message.id, channel: draft.channel, chatID: draft.chatID,
                        attempts: row.message.attempts, error: row.error, since: row.message.nextAttempt)),
                requestID: draft.requestID, session: "\(draft.channel):\(draft.chatID)")
        }
    }

    /// Tells what commands are kept from; beside the work, because it is tried.
    private func reportSandbox() async {
        guard let report = await options.sandboxReport?(), !Task.isCancelled else { return }
        bus.publish(.toolSandbox(report))
    }

    /// Tells of damage in a store that was too large to be checked before the start.
    private func checkStore() async {
        guard let error = await store.finishCheck() else { return }
        bus.publish(
            .serviceHealth(
                ServiceHealthChanged(service: "store", health: .down(reason: error.message, retryAt: nil))))
    }

    /// Runs a channel, and again after a failure, with growing pauses.
    private func run(_ channel: any Channel) async {
        let service = "channel:\(channel.name)"
        var failures = 0
        while !Task.isCancelled {
            bus.publish(.serviceHealth(ServiceHealthChanged(service: service, health: .healthy)))
            do {
                try await channel.run { message in
                    do throws(Agent.Refusal) {
                        _ = try await self.agent.accept(message)
                        return true
                    } catch {
                        return false
                    }
                }
                return
            } catch {
                guard !Task.isCancelled else { return }
                failures += 1
                let seconds = min(60, 1 << min(failures, 6))
                bus.publish(
                    .serviceHealth(
                        ServiceHealthChanged(
                            service: service,
                            health: .down(
                                reason: "\(error)", retryAt: options.time.wallNow().adding(seconds: Int64(seconds))))))
                do { try await options.time.sleep(for: .seconds(seconds)) } catch { return }
            }
        }
    }

    private func startGateway() async throws(EngineError) -> GatewayService? {
        guard let gateway = options.gateway else { return nil }
        return try await GatewayService.start(
            gateway, loop: options.loop, agent: agent, keeper: keeper, bus: bus, time: options.time,
            redactor: Redactor(secrets: options.secrets))
    }

    /// The condition of the models as far as the start decides it: an engine without one answers nobody.
    private var modelHealth: ServiceHealth? {
        guard options.modelHealth == nil, options.models.modelName == nil else { return options.modelHealth }
        return .down(reason: NoModelService.hint, retryAt: nil)
    }

    private func publishStart(gateway: String?) {
        bus.publish(
            .engineStarted(
                EngineStarted(
                    version: GolemVersion.current, pid: getpid(), host: options.host,
                    model: options.models.modelName ?? "none", workspace: options.workspace, gateway: gateway,
                    policyMode: policy.mode, isDemo: options.isDemo,
                    startedAt: options.startedAt)))
        if let health = modelHealth {
            bus.publish(.serviceHealth(ServiceHealthChanged(service: "model", health: health)))
        }
        for warning in options.warnings {
            bus.publish(.policyWarning(PolicyWarning(code: warning.code, message: warning.message)))
        }
    }

    /// The lock that makes one engine per workspace; held until the process ends, whatever ends it.
    private static func takeLock(_ path: String) throws(EngineError) -> FileLock {
        do {
            return try FileLock(path: path)
        } catch {
            if error.code == "lock.held" {
                throw EngineError(
                    code: "workspace_busy",
                    message:
                        "an engine already runs on this workspace (pid \(error.holder.map { "\($0)" } ?? "unknown")). "
                        + "Use `golem attach` to watch it, or stop it first.")
            }
            let reason = String(cString: strerror(error.errno))
            if error.errno == ENOSPC || error.errno == EDQUOT {
                throw EngineError(
                    code: "disk_full", message: "\(path) cannot be written: \(reason). Free space on its disk.")
            }
            throw EngineError(
                code: "workspace_not_writable",
                message: "\(path) cannot be opened: \(reason). Check the owner and the mode "
                    + "of the workspace, or set another one with --workspace.")
        }
    }

    /// Makes the workspace and its state folder, readable by nobody else, where they are missing.
    package static func prepareWorkspace(_ path: String) throws(EngineError) {
        try makeFolder(path)
        try makeFolder(path + "/state")
    }

    private static func makeFolder(_ path: String) throws(EngineError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        let first = errno
        if first == ENOENT,
            (try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)) != nil
        {
            chmod(path, 0o700)
            return
        }
        throw EngineError(
            code: "workspace_not_writable",
            message: "\(path) cannot be created: \(String(cString: strerror(first))). Check the path and its owner, "
                + "or set another workspace with --workspace.")
    }

    private static func randomCode() -> String { String(UInt32.random(in: 0 ... .max), radix: 36) }

    private static func chatStatus(_ state: EngineState, workspace: String) -> String {
        let engine = state.engine
        return """
            golem \(GolemVersion.current), model \(engine?.model ?? "none")
            turns: \(state.runningTurns) running, \(state.finishedTurns) finished, \(state.failedTurns) failed
            policy: \(engine?.policyMode ?? "strict")
            workspace: \(workspace)
            """
    }
}
