// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Synchronization
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct KeepAliveTests {
    /// What a client on a thread of its own received so far, and whether it is to go.
    private final class Client: Sendable {
        let text = Mutex("")
        let leave = Atomic(false)

        func run(port: Int) async throws {
            try await onThread {
                let client = try RawClient(port: port)
                let body = #"{"message":"go","stream":true}"#
                try client.send(
                    "POST /chat HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Type: application/json\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
                while !self.leave.load(ordering: .relaxed) {
                    guard let more = try client.receive(within: 5) else { continue }
                    if more.isEmpty { return }
                    self.text.withLock { $0 += String(decoding: more, as: UTF8.self) }
                }
            }
        }

        var comments: Int { text.withLock { $0.ranges(of: ": keep-alive\n\n").count } }
    }

    private func service(_ harness: EngineHarness) async throws -> (GatewayService, port: Int) {
        var options = GatewayOptions()
        options.port = 0
        let engine = harness.engine
        let service = try await GatewayService.start(
            options, loop: engine.options.loop, agent: engine.agent, keeper: engine.keeper, bus: engine.bus,
            time: engine.options.time,
            redactor: Redactor())
        let port = try #require(service.address.split(separator: ":").last.flatMap { Int($0) })
        return (service, port)
    }

    @Test func `A silent stream carries a comment every 15 seconds, and its answer afterwards`() async throws {
        let time = ManualTime()
        let provider = GatedProvider()
        try await EngineHarness.run(provider: provider, time: time, configure: { $0.gateway = nil }) { harness in
            let (service, port) = try await service(harness)
            let client = Client()
            async let finished: Void = client.run(port: port)
            #expect(await provider.waitForCalls(1))
            await time.advance(by: .seconds(14))
            #expect(client.comments == 0)
            #expect(
                await eventually {
                    await time.advance(by: .seconds(1))
                    return client.comments >= 1
                })
            #expect(
                await eventually {
                    await time.advance(by: .seconds(5))
                    return client.comments >= 3
                })
            provider.release()
            #expect(await eventually { client.text.withLock { $0.contains("event: done") } })
            client.leave.store(true, ordering: .relaxed)
            try await finished
            await service.stop()
        }
    }

    @Test func `A client that leaves silently is noticed while its turn goes on`() async throws {
        let time = ManualTime()
        let provider = GatedProvider()
        try await EngineHarness.run(provider: provider, time: time, configure: { $0.gateway = nil }) { harness in
            let (service, port) = try await service(harness)
            let client = Client()
            async let finished: Void = client.run(port: port)
            #expect(await provider.waitForCalls(1))
            #expect(await eventually { service.openStreams == 1 })
            client.leave.store(true, ordering: .relaxed)
            try await finished
            #expect(
                await eventually {
                    await time.advance(by: .seconds(5))
                    return service.openStreams == 0
                })
            #expect(time.monotonicMicroseconds() < 600_000_000, "it took ten minutes to notice")
            provider.release()
            let stored = await harness.events.first { if case .turnFinished = $0.kind { true } else { false } }
            #expect(stored != nil, "the turn was lost with its client")
            await service.stop()
        }
    }
}
