// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct OutboxTests {
    private let echo = StubProvider { request, _ throws(ProviderError) in ModelResponse(text: "re: \(request.userText)")
    }

    private func texts(_ channel: StubChannel, chat: String) -> [String] {
        channel.accepted.filter { $0.chatID == chat }.map(\.text)
    }

    @Test func `Each chat gets its answers in order, and one that fails holds up no other`() async throws {
        let stuck = Latch()
        let channel = StubChannel { draft, number throws(DeliveryError) in
            if draft.chatID == "bad" { await stuck.wait() }
            if draft.chatID == "flaky", number == 1 {
                throw DeliveryError(message: "503", isPermanent: false)
            }
        }
        try await EngineHarness.run(
            provider: echo,
            configure: { options in
                options.channels = [channel]
                options.delivery.concurrentSends = 3
            }
        ) { harness in
            channel.write("first", chat: "bad", id: "bad")
            for number in 0..<20 {
                for chat in ["a", "b", "flaky"] {
                    channel.write("\(chat)\(number)", chat: chat, id: "\(chat)\(number)")
                }
            }
            #expect(await eventually { channel.accepted.count == 60 })
            for chat in ["a", "b", "flaky"] {
                #expect(texts(channel, chat: chat) == (0..<20).map { "re: \(chat)\($0)" })
            }
            #expect(channel.mostSending <= 3)
            #expect(texts(channel, chat: "bad").isEmpty)
            #expect(channel.isConfirmed("a0") == true)
            stuck.open()
            // A platform has a message before its event is published.
            #expect(await harness.events.waitFor(61) { if case .outboundSent = $0.kind { true } else { false } })
            #expect(channel.accepted.count == 61)
            let state = await harness.state()
            #expect(state.outbound["stub"]?.queued == 0)
            #expect(state.outbound["stub"]?.failures == 20)
        }
    }

    @Test func `F04 a pause that the platform asks for is kept, also over a restart`() async throws {
        let time = ManualTime()
        let workspace = try TemporaryWorkspace()
        let channel = StubChannel { _, number throws(DeliveryError) in
            if number == 1 { throw DeliveryError(message: "429", isPermanent: false, retryAfter: .seconds(3_000)) }
        }
        let configure: @Sendable (inout EngineOptions) -> Void = { $0.channels = [channel] }
        try await EngineHarness.run(workspace: workspace, provider: echo, time: time, configure: configure) { harness in
            channel.write("hi", chat: "1", id: "1")
            let failed = await harness.events.first { if case .outboundAttemptFailed = $0.kind { true } else { false } }
            guard case .outboundAttemptFailed(let attempt)? = failed?.kind else { return }
            #expect(attempt.maxAttempts == harness.engine.options.delivery.attempts)
            #expect(attempt.retryAt >= time.wallNow().adding(seconds: 2_990))
            await time.advance(by: .seconds(1_000))
            #expect(channel.attempts(of: "re: hi") == 1)
        }
        let next = StubChannel()
        try await EngineHarness.run(
            workspace: workspace, provider: echo, time: time, configure: { $0.channels = [next] }
        ) { harness in
            #expect(await harness.state().outbound["stub"]?.queued == 1)
            await time.advance(by: .seconds(1_000))
            #expect(next.accepted.isEmpty, "sent before its time")
            #expect(
                await eventually {
                    await time.advance(by: .seconds(100))
                    return next.accepted.count == 1
                })
            #expect(time.wallNow() >= Timestamp(seconds: 1_771_125_129 + 3_000))
        }
    }

    @Test func `F14 a permanent error is given up at once, shown, and sent again on an operator's wish`() async throws {
        let channel = StubChannel { _, number throws(DeliveryError) in
            if number == 1 { throw DeliveryError(message: "403 bot was blocked", isPermanent: true) }
        }
        try await EngineHarness.run(provider: echo, configure: { $0.channels = [channel] }) { harness in
            channel.write("hi", chat: "1", id: "1")
            let dead = await harness.events.first { if case .outboundDead = $0.kind { true } else { false } }
            guard case .outboundDead(let message)? = dead?.kind else {
                Issue.record("it was not given up")
                return
            }
            #expect(message.attempts == 1)
            #expect(message.error == "403 bot was blocked")
            #expect(await harness.state().outbound["stub"]?.givenUp.map(\.id) == [message.messageID])
            #expect(await harness.command(.retryOutbound(id: message.messageID)).status == .done)
            #expect(await eventually { channel.accepted.count == 1 })
            #expect(await harness.command(.retryOutbound(id: message.messageID)).code == "not_dead")
            let state = await harness.state()
            #expect(state.outbound["stub"]?.dead == 0)
            #expect(!state.problems(now: state.time).contains { $0.text.contains("given up") })
        }
    }

    @Test func `F14 the alarm of a message that was given up outlives a restart, with its number`() async throws {
        let workspace = try TemporaryWorkspace()
        let broken = StubChannel { _, _ throws(DeliveryError) in
            throw DeliveryError(message: "403 bot was blocked", isPermanent: true)
        }
        try await EngineHarness.run(workspace: workspace, provider: echo, configure: { $0.channels = [broken] }) {
            harness in
            broken.write("hi", chat: "1", id: "1")
            _ = await harness.events.first { if case .outboundDead = $0.kind { true } else { false } }
        }
        let next = StubChannel()
        try await EngineHarness.run(workspace: workspace, provider: echo, configure: { $0.channels = [next] }) {
            harness in
            #expect(await eventually { await harness.state().outbound["stub"]?.dead == 1 })
            let state = await harness.state()
            let message = try #require(state.outbound["stub"]?.givenUp.first)
            #expect(state.outbound["stub"]?.attempts == 0, "nothing was tried in this process")
            #expect(state.traces["r-1"] == nil)
            #expect(state.problems(now: state.time).contains { $0.text.contains("message \(message.id) was given up") })
            #expect(await harness.command(.retryOutbound(id: message.id)).status == .done)
            #expect(await eventually { next.accepted.count == 1 })
            #expect(await harness.state().outbound["stub"]?.dead == 0)
        }
        try await EngineHarness.run(workspace: workspace, provider: echo, configure: { $0.channels = [next] }) {
            harness in
            _ = try await harness.chat("something happens meanwhile")
            #expect(await harness.state().outbound["stub"]?.dead ?? 0 == 0)
        }
    }

    @Test func `F14 a message that an operator drops is sent to nobody, and its alarm ends`() async throws {
        let channel = StubChannel { _, _ throws(DeliveryError) in
            throw DeliveryError(message: "403 bot was blocked", isPermanent: true)
        }
        let workspace = try TemporaryWorkspace()
        let id = try await EngineHarness.run(
            workspace: workspace, provider: echo, configure: { $0.channels = [channel] }
        ) { harness -> Int64 in
            channel.write("hi", chat: "1", id: "1")
            _ = await harness.events.first { if case .outboundDead = $0.kind { true } else { false } }
            let state = await harness.state()
            let message = try #require(state.outbound["stub"]?.givenUp.first)
            #expect(message.chatID == "1" && message.error == "403 bot was blocked" && message.requestID == "r-1")
            let problem = try #require(state.problems(now: state.time).first { $0.subject == .outbound("stub") })
            #expect(problem.text == "outbound stub: message \(message.id) was given up, last: 403 bot was blocked")
            let reply = await harness.command(.dropOutbound(id: message.id))
            #expect(reply.status == .done)
            #expect(reply.commandLine == "golem outbound drop \(message.id)")
            #expect(await harness.command(.dropOutbound(id: message.id)).code == "not_dead")
            #expect(await harness.command(.retryOutbound(id: message.id)).code == "not_dead")
            let after = await harness.state()
            #expect(after.outbound["stub"]?.dead == 0 && after.outbound["stub"]?.givenUp.isEmpty == true)
            #expect(!after.problems(now: after.time).contains { $0.subject == .outbound("stub") })
            #expect(await harness.events.settle(harness.engine.bus))
            #expect(
                harness.events.events.contains { event in
                    if case .outboundDropped(let dropped) = event.kind { dropped.by == "ops1@test" } else { false }
                })
            return message.id
        }
        let next = StubChannel()
        try await EngineHarness.run(workspace: workspace, provider: echo, configure: { $0.channels = [next] }) {
            harness in
            #expect(await harness.command(.retryOutbound(id: id)).code == "not_dead")
            #expect(next.accepted.isEmpty)
        }
    }

    @Test func `After the last attempt a message is given up with its last error`() async throws {
        let channel = StubChannel { _, _ throws(DeliveryError) in
            throw DeliveryError(message: "timeout", isPermanent: false)
        }
        try await EngineHarness.run(
            provider: echo,
            configure: { options in
                options.channels = [channel]
                options.delivery.baseBackoff = .microseconds(10)
            }
        ) { harness in
            channel.write("hi", chat: "1", id: "1")
            let dead = await harness.events.first { if case .outboundDead = $0.kind { true } else { false } }
            #expect(dead != nil)
            #expect(channel.attempts(of: "re: hi") == 3)
            #expect(await harness.state().outbound["stub"]?.attempts == 3)
        }
    }

    @Test func `F10 what was not delivered at a stop is delivered after the restart, once and in order`() async throws {
        let workspace = try TemporaryWorkspace()
        let never = StubChannel { _, _ throws(DeliveryError) in
            await Latch().wait()
            throw DeliveryError(message: "cancelled", isPermanent: false)
        }
        try await EngineHarness.run(
            workspace: workspace, provider: echo,
            configure: { options in
                options.channels = [never]
                options.delivery.stopGrace = .zero
            }
        ) { harness in
            for number in 0..<5 { never.write("\(number)", chat: "1", id: "\(number)") }
            #expect(
                await harness.events.waitFor(5) { if case .outboundQueued = $0.kind { true } else { false } })
        }
        let channel = StubChannel()
        try await EngineHarness.run(workspace: workspace, provider: echo, configure: { $0.channels = [channel] }) { _ in
            #expect(await eventually { channel.accepted.count == 5 })
        }
        try await EngineHarness.run(workspace: workspace, provider: echo, configure: { $0.channels = [channel] }) {
            harness in
            #expect(await harness.state().outbound["stub"] == nil)
        }
        #expect(texts(channel, chat: "1") == (0..<5).map { "re: \($0)" })
    }

    @Test func `A message that could not be stored is not confirmed to its platform`() async throws {
        let channel = StubChannel()
        try await EngineHarness.run(
            provider: echo,
            configure: { options in
                options.channels = [channel]
                options.messageCapacity = 1
            }
        ) { harness in
            try await harness.engine.store.writer.write { connection in
                try connection.query("PRAGMA max_page_count = 1")
            }
            channel.write(String(repeating: "x", count: 90_000), chat: "1", id: "1")
            #expect(await eventually { channel.isConfirmed("1") == false })
            try await harness.engine.store.writer.write { connection in
                try connection.query("PRAGMA max_page_count = 1000000")
            }
            channel.write("again", chat: "1", id: "1")
            #expect(await eventually { channel.isConfirmed("1") == true })
        }
    }

    @Test func `An operator's message to a chat of a platform is answered there, also after a restart`() async throws {
        let channel = StubChannel()
        try await EngineHarness.run(provider: echo, configure: { $0.channels = [channel] }) { harness in
            #expect(await harness.command(.sendMessage(session: "stub:77", text: " hello ")).status == .done)
            #expect(await eventually { texts(channel, chat: "77") == ["re: hello"] })
            #expect(await harness.command(.sendMessage(session: "stub:77", text: " ")).code == "empty")
            #expect(await harness.command(.sendMessage(session: "nowhere", text: "x")).code == "unknown_session")
        }
    }
}
