// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The HTTP gateway with its life: bound at start, ended in order.
final class GatewayService: Sendable {
    /// Where it listens, for example `127.0.0.1:18790`.
    let address: String
    private let server: any HTTPServer
    private let streams: TaskRegistry
    private let background = TaskRegistry()

    private init(address: String, server: any HTTPServer, streams: TaskRegistry) {
        self.address = address
        self.server = server
        self.streams = streams
    }

    /// Binds and begins to serve.
    ///
    /// An address other than loopback without a token is refused: anybody who reaches the port could run tools.
    static func start(
        _ options: GatewayOptions, loop: EventLoop, agent: Agent, keeper: StateKeeper, bus: EventBus,
        time: any TimeSource,
        redactor: Redactor
    ) async throws(EngineError) -> GatewayService {
        guard OriginPolicy.isLoopback(options.host) || !options.token.trimmed.isEmpty else {
            throw EngineError(
                code: "public_bind_without_token",
                message: "gateway.host is \(options.host), which other machines can reach, and gateway.token is empty. "
                    + "Set gateway.token (or GOLEM_GATEWAY_TOKEN), or set gateway.host to 127.0.0.1.")
        }
        let streams = TaskRegistry(executor: loop)
        let answerDeadlines = DeadlineWatch(limit: options.answerTimeout, time: time)
        let routes = GatewayRoutes(
            options: options, auth: GatewayAuth(token: options.token),
            origins: OriginPolicy(boundHost: options.host), agent: agent, keeper: keeper, bus: bus, time: time,
            redactor: redactor, streams: streams, answerDeadlines: answerDeadlines)
        let server = MicrohttpdServer(
            host: options.host, port: options.port, loop: loop,
            refusal: { GatewayError.response(to: $0, makeID: { RandomUUID.text() }) }, handler: routes)
        let port: Int
        do {
            port = try server.start()
        } catch {
            guard error.kind == .addressInUse else {
                throw EngineError(code: "gateway_failed", message: "the gateway \(error)")
            }
            throw EngineError(
                code: "port_in_use",
                message: "the gateway cannot listen on \(error.address): another program uses the port. Stop it, or "
                    + "set gateway.port (GOLEM_GATEWAY_PORT, --gateway-port).")
        }
        let host = options.host.contains(":") ? "[\(options.host)]" : options.host
        let service = GatewayService(address: "\(host):\(port)", server: server, streams: streams)
        service.background.start { await answerDeadlines.run() }
        bus.publish(.serviceHealth(ServiceHealthChanged(service: "gateway", health: .healthy)))
        bus.publish(
            .log(
                LogRecorded(
                    level: .info, message: "gateway listening", fields: [LogField("addr", service.address)])))
        return service
    }

    /// Streamed answers that are being written.
    var openStreams: Int { streams.count }

    /// Accepts nothing more, and lets the answers under way leave for a short time.
    func stop() async {
        await server.stop(graceful: .seconds(10))
        for registry in [streams, background] {
            registry.cancelAll()
            await registry.waitUntilEmpty()
        }
    }
}
