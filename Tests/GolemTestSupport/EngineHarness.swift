// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEngine
package import GolemEvents

/// A real engine with a real database in a temporary workspace.
package final class EngineHarness: Sendable {
    /// The engine, which runs.
    package let engine: Engine
    /// Its folder.
    package let workspace: TemporaryWorkspace
    /// Its events.
    package let events: EventCollector
    /// The port of its gateway; 0 when there is none.
    package let port: Int

    private init(engine: Engine, workspace: TemporaryWorkspace, events: EventCollector, port: Int) {
        self.engine = engine
        self.workspace = workspace
        self.events = events
        self.port = port
    }

    /// Runs an engine around `body` and ends it in order.
    ///
    /// - Parameters:
    ///   - workspace: the folder of an earlier engine, to go on with.
    ///   - provider: who answers; nil for an engine without a model.
    ///   - time: the clock.
    ///   - collectsEvents: whether all events are kept for the test; without it `events` stays empty.
    ///   - configure: changes the options; there is a gateway on any port unless it takes it away.
    ///   - body: the test.
    package static func run<Value: Sendable>(
        workspace: TemporaryWorkspace? = nil, provider: (any Provider)? = nil, time: any TimeSource = SystemTime(),
        collectsEvents: Bool = true, configure: (inout EngineOptions) -> Void = { _ in },
        _ body: @Sendable (EngineHarness) async throws -> Value
    ) async throws -> Value {
        let workspace = try workspace ?? TemporaryWorkspace()
        var options = EngineOptions(workspace: workspace.path, startedAt: time.wallNow(), time: time)
        var gateway = GatewayOptions()
        gateway.port = 0
        options.gateway = gateway
        options.stopGrace = .zero
        options.delivery.ratePerSecond = 0
        if let provider { options.models = SingleModelService(provider: provider, model: "m", time: time) }
        configure(&options)
        let engine = try Engine(options: options)
        let events = EventCollector(engine.bus, isKeeping: collectsEvents)
        let (ready, announce) = AsyncStream<String?>.makeStream()
        let running = Task {
            do {
                try await engine.run { address in announce.yield(address) }
                announce.finish()
                return EngineError?.none
            } catch {
                announce.finish()
                return error as? EngineError
            }
        }
        var starts = ready.makeAsyncIterator()
        guard let address = await starts.next() else {
            throw await running.value ?? EngineError(code: "ended", message: "the engine ended before it was ready")
        }
        let port = address.flatMap { $0.split(separator: ":").last }.flatMap { Int($0) } ?? 0
        let harness = EngineHarness(engine: engine, workspace: workspace, events: events, port: port)
        let result: Result<Value, any Error>
        do { result = .success(try await body(harness)) } catch { result = .failure(error) }
        engine.requestStop("the test is over")
        if let error = await running.value, case .success = result { throw error }
        return try result.get()
    }

    /// Offers a message as the gateway would; `key` makes repeats recognisable.
    package func offer(
        _ text: String, session: String = "s", key: String? = nil, channel: String = "gateway", delivered: Bool = false
    ) async throws -> Agent.Intake {
        let id = key ?? String(UInt64.random(in: 0 ... .max), radix: 36)
        return try await engine.agent.accept(
            InboundMessage(
                channel: channel, chatID: session, platformID: id, sender: "tester", text: text, requestID: "r-\(id)",
                isDelivered: delivered, receivedAt: engine.options.time.wallNow()))
    }

    /// Offers a message and waits for the end of its turn.
    package func chat(_ text: String, session: String = "s", key: String? = nil) async throws -> StoredOutcome? {
        switch try await offer(text, session: session, key: key) {
        case .answered(let outcome): outcome
        case .accepted(_, let feed), .running(let feed?): await feed.reader().outcome()
        case .running(nil): nil
        }
    }

    /// Sends a command as an operator.
    package func command(_ action: Command.Action, id: String? = nil) async -> CommandReply {
        await engine.commands.handle(
            Command(
                id: id ?? String(UInt64.random(in: 0 ... .max), radix: 36),
                actor: Command.Actor(kind: "cli", user: "ops1", host: "test"), action: action))
    }

    /// Waits for the next approval that is asked for after position `after` and gives its number.
    package func approval(after position: UInt64 = 0) async -> Int64? {
        let event = await events.first { event in
            if case .approvalRequested = event.kind { event.seq > position } else { false }
        }
        if case .approvalRequested(let request)? = event?.kind { return request.id }
        return nil
    }

    /// The state once it has seen everything that was published so far.
    package func state() async -> EngineState {
        let position = engine.bus.position
        _ = await eventually { engine.keeper.read { $0.seq } >= position }
        return engine.keeper.snapshot().state
    }
}
