// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Synchronization
import Testing

@testable import GolemEngine

/// What a connection does about servers that send too much, or nothing for long.
@Suite(.timeLimit(.minutes(1))) struct MCPLinkTests {
    /// A way to no server at all: the test decides what becomes of each message, counted from 1.
    private final class Nowhere: MCPTransport {
        let name = "http"
        let pid: Int32? = nil
        let sandbox = ""
        let hasOwnStreams = true
        let sendsAtOnce = false
        private let count = Mutex(0)
        private let behaviour: @Sendable (Int, MCPOutgoing) async throws(MCPError) -> Void

        init(_ behaviour: @escaping @Sendable (Int, MCPOutgoing) async throws(MCPError) -> Void) {
            self.behaviour = behaviour
        }

        var sent: Int { count.withLock { $0 } }

        func send(_ message: MCPOutgoing) async throws(MCPError) {
            let number = count.withLock { count in
                count += 1
                return count
            }
            try await behaviour(number, message)
        }

        func withdraw(_ id: Int64) -> Bool { false }
        func didNegotiate(_ revision: MCPRevision) {}
        func close(isHasty: Bool) async {}
    }

    private static func link(_ transport: Nowhere, _ time: ManualTime, _ revision: MCPRevision) -> MCPLink {
        let link = MCPLink(server: "s", client: MCPClientIdentity(version: "1"), time: time) { _ in .decline }
        link.transport = transport
        link.revision = revision
        return link
    }

    private static let over = MCPError("closed", "over", endsConnection: true)

    @Test func `A server that asks without end gets 32 answers at a time`() async {
        let gate = Latch()
        let transport = Nowhere { _, _ throws(MCPError) in await gate.wait() }
        let link = Self.link(transport, ManualTime(), .november2025)
        for number in Int64(0)..<100 {
            link.receive(.request(id: .integer(number), method: "ping", params: .null))
        }
        #expect(await eventually { transport.sent == 32 })
        gate.open()
        #expect(link.notices.remainingLines().count == 68)
        // Once they have left, the next one is answered again.
        let isAnswered = await eventually {
            link.receive(.request(id: 100, method: "ping", params: .null))
            return transport.sent > 32
        }
        #expect(isAnswered)
        await link.close(Self.over)
    }

    @Test func `F31 a message that is too large and without an id ends the oldest call, at its deadline`() async {
        let time = ManualTime()
        let transport = Nowhere { _, message throws(MCPError) in await message.cancellation?.wait() }
        let link = Self.link(transport, time, .november2025)
        @Sendable func call(_ seconds: Int) async -> MCPError? {
            do throws(MCPError) {
                _ = try await link.result(of: .ping, timeout: .seconds(seconds))
                return nil
            } catch { return error }
        }
        let first = Task { await call(10) }
        #expect(await eventually { transport.sent == 1 })
        let second = Task { await call(20) }
        #expect(await eventually { transport.sent == 2 })
        link.receive(oversized: MCPOversized(head: Array("{".utf8), tail: []), limit: 100)
        #expect(await time.waitForSleepers(1))
        await time.advance(by: .seconds(11))
        #expect(await first.value?.code == "too_large")
        // The one that it names ends at once.
        link.receive(oversized: MCPOversized(head: Array(#"{"id":2,"#.utf8), tail: []), limit: 100)
        #expect(await second.value?.code == "too_large")
        await link.close(Self.over)
    }

    @Test func `A subscription that lasted is made again soon, one that ends at once ever more rarely`() async {
        let time = ManualTime()
        let gate = Latch()
        let transport = Nowhere { number, _ throws(MCPError) in
            if number == 4 { await gate.wait() }
            throw MCPError("closed", "the stream ended")
        }
        let link = Self.link(transport, time, .july2026)
        let task = Task { await link.keepListening(.listen(tools: true, resources: false, prompts: false)) }
        for (seconds, sent) in [(1, 2), (2, 3), (4, 4)] {
            #expect(await eventually { transport.sent == sent - 1 && time.sleeperCount >= 1 })
            await time.advance(by: .milliseconds(seconds * 1_000 - 200))
            #expect(transport.sent == sent - 1)
            await time.advance(by: .milliseconds(200))
            #expect(await eventually { transport.sent == sent })
        }
        await time.advance(by: .seconds(70))
        gate.open()
        #expect(await eventually { time.sleeperCount >= 1 })
        await time.advance(by: .milliseconds(1_100))
        #expect(await eventually { transport.sent == 5 })
        task.cancel()
        await link.close(Self.over)
    }
}
