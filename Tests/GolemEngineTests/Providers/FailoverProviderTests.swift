// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemEvents
import GolemTestSupport
import Synchronization
import Testing

/// A clock that jumps instead of waiting, and keeps count.
private final class JumpingTime: TimeSource {
    private let state = Mutex<(now: Int64, waits: [Duration])>((1_000_000_000_000, []))

    var waits: [Duration] { state.withLock { $0.waits } }

    func wallNow() -> Timestamp { Timestamp(microseconds: monotonicMicroseconds()) }
    func monotonicMicroseconds() -> Int64 { state.withLock { $0.now } }
    func advance(_ duration: Duration) { state.withLock { $0.now += duration.microseconds } }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        state.withLock { state in
            state.now += duration.microseconds
            state.waits.append(duration)
        }
    }

    func alarm(after delay: Duration, _ action: @escaping @Sendable () -> Void) -> Alarm {
        advance(delay)
        action()
        return Alarm {}
    }
}

/// A provider that answers from a list; after its end it answers well.
private final class ListedProvider: Provider {
    let name: String
    private let answers: Mutex<[ProviderError?]>
    private let time: JumpingTime
    private let duration: Duration

    init(_ name: String, _ answers: [ProviderError?], time: JumpingTime, duration: Duration = .seconds(1)) {
        self.name = name
        self.answers = Mutex(answers)
        self.time = time
        self.duration = duration
    }

    func respond(
        to request: ModelRequest, onDelta: @escaping @Sendable (ModelDelta) -> Void
    ) async throws(ProviderError) -> ModelResponse {
        time.advance(min(duration, request.deadlines.total))
        let answer = answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if let answer { throw answer }
        onDelta(.text("from \(request.model)"))
        return ModelResponse(text: "from \(request.model)")
    }
}

@Suite struct FailoverProviderTests {
    private let time = JumpingTime()
    private let log = CallLog()

    private func error(
        _ code: String, isRetryable: Bool = true, retryAfter: Duration? = nil, hadFirstToken: Bool = false
    ) -> ProviderError {
        ProviderError(
            code: code, message: code, isRetryable: isRetryable, retryAfter: retryAfter, hadFirstToken: hadFirstToken)
    }

    private func service(_ lists: (String, [ProviderError?])...) -> FailoverProvider {
        FailoverProvider(
            candidates: lists.map { name, answers in
                FailoverProvider.Candidate(
                    configured: "p/\(name)", model: name, provider: ListedProvider("p", answers, time: time))
            }, time: time, random: { 0.5 })
    }

    private func ask(_ service: FailoverProvider, total: Duration = .seconds(600)) async throws(ProviderError) -> String
    {
        let request = ModelRequestSamples.request([.user("x")], deadlines: ModelDeadlines(total: total))
        return try await service.respond(to: request, observer: log, onDelta: { _ in }).text
    }

    @Test func `A good answer needs one attempt and no wait`() async throws {
        let service = service(("a", []))
        #expect(service.modelName == "p/a")
        #expect(try await ask(service) == "from a")
        #expect(log.all == ["start a 1", "end a 1 stop"])
        #expect(time.waits.isEmpty)
    }

    @Test func `Transient failures are tried again with growing waits`() async throws {
        let service = service(("a", [error("overloaded"), error("connect")]))
        #expect(try await ask(service) == "from a")
        #expect(
            log.all == ["start a 1", "end a 1 overloaded", "start a 2", "end a 2 connect", "start a 3", "end a 3 stop"])
        #expect(time.waits == [.milliseconds(500), .seconds(1)])
    }

    @Test func `A wait that the provider asks for is kept`() async throws {
        let service = service(("a", [error("rate_limited", retryAfter: .seconds(7))]))
        #expect(try await ask(service) == "from a")
        #expect(time.waits == [.milliseconds(7_250)])
    }

    @Test func `The next model is asked when the first fails, and the first cools down`() async throws {
        let service = service(("a", [error("overloaded"), error("overloaded"), error("overloaded")]), ("b", []))
        #expect(try await ask(service) == "from b")
        let cooled = time.wallNow().adding(seconds: 29).microseconds / 1_000_000
        #expect(log.all.suffix(4) == ["cool p/a \(cooled)", "over p/a p/b", "start b 1", "end b 1 stop"])
        #expect(service.activeCooldowns.keys.sorted() == ["p/a"])

        // While it cools down it is left out.
        let before = log.all.count
        #expect(try await ask(service) == "from b")
        #expect(log.all[before...] == ["over p/a p/b", "start b 1", "end b 1 stop"])

        // When the time is over it is the first again, and its good answer is told.
        time.advance(.seconds(60))
        let later = log.all.count
        #expect(try await ask(service) == "from a")
        #expect(log.all[later...] == ["start a 1", "end a 1 stop", "cool p/a -"])
    }

    @Test func `F38 a cleared cool-down ends at once`() async throws {
        let service = service(("a", [error("unauthorized", isRetryable: false)]), ("b", []))
        #expect(try await ask(service) == "from b")
        #expect(service.activeCooldowns["p/a"]?.error.code == "unauthorized")
        #expect(await service.clearCooldown(model: "p/a") == "p/a")
        #expect(await service.clearCooldown(model: "p/a") == nil)
        #expect(try await ask(service) == "from a")
    }

    @Test func `What was begun is not asked again, of nobody`() async {
        let service = service(("a", [error("incomplete", isRetryable: false, hadFirstToken: true)]), ("b", []))
        let failure = await #expect(throws: ProviderError.self) { try await ask(service) }
        #expect(failure?.code == "incomplete")
        #expect(log.all == ["start a 1", "end a 1 incomplete"])
        #expect(service.activeCooldowns.isEmpty)
    }

    @Test(arguments: ["context_too_long", "cancelled"])
    func `Another model would not help with some failures`(code: String) async {
        let service = service(("a", [error(code, isRetryable: false)]), ("b", []))
        let failure = await #expect(throws: ProviderError.self) { try await ask(service) }
        #expect(failure?.code == code)
        #expect(log.all.count == 2)
    }

    @Test func `A request that one model refuses may suit the next`() async throws {
        let service = service(("a", [error("bad_request", isRetryable: false)]), ("b", []))
        #expect(try await ask(service) == "from b")
        #expect(service.activeCooldowns.isEmpty)
    }

    @Test func `When all fail the last error is thrown`() async {
        let service = service(
            ("a", [error("unauthorized", isRetryable: false)]), ("b", [error("not_found", isRetryable: false)]))
        let failure = await #expect(throws: ProviderError.self) { try await ask(service) }
        #expect(failure?.code == "not_found")
    }

    @Test func `When all cool down the one that is ready first is asked all the same`() async throws {
        let service = service(
            ("a", [error("unauthorized", isRetryable: false)]), ("b", [error("not_found", isRetryable: false)]))
        await #expect(throws: ProviderError.self) { try await ask(service) }
        #expect(service.activeCooldowns.count == 2)
        #expect(try await ask(service) == "from a")
        #expect(time.waits.isEmpty)
    }

    @Test func `A pause that the provider asked for is kept when nobody else is left`() async throws {
        let service = service(("a", [error("rate_limited", retryAfter: .seconds(300))]))
        let first = await #expect(throws: ProviderError.self) { try await ask(service) }
        #expect(first?.code == "rate_limited")
        let second = await #expect(throws: ProviderError.self) { try await ask(service) }
        #expect(second?.code == "rate_limited")
        #expect(second?.retryAfter == .seconds(300))
        #expect(second?.message.contains("300 s") == true)
        #expect(log.all.filter { $0.hasPrefix("start") }.count == 1)
        time.advance(.seconds(290))
        #expect(try await ask(service) == "from a")
        #expect(time.waits == [.seconds(10)])
    }

    @Test func `A single model does not cool down by itself`() async throws {
        let service = service(("a", [error("connect"), error("connect"), error("connect")]))
        await #expect(throws: ProviderError.self) { try await ask(service) }
        #expect(service.activeCooldowns.isEmpty)
        #expect(try await ask(service) == "from a")
    }

    @Test func `All attempts together stay within the total deadline`() async {
        let service = service(("a", [error("overloaded"), error("overloaded")]), ("b", [error("overloaded")]))
        let start = time.monotonicMicroseconds()
        let failure = await #expect(throws: ProviderError.self) { try await ask(service, total: .milliseconds(1_200)) }
        #expect(failure?.code == "overloaded")
        #expect(time.monotonicMicroseconds() - start <= 1_200_000)
    }

    @Test func `Cancelling ends the waiting`() async {
        let service = service(("a", [error("overloaded"), error("overloaded"), error("overloaded")]), ("b", []))
        let task = Task { () -> String? in
            while !Task.isCancelled { await Task.yield() }
            do throws(ProviderError) {
                _ = try await ask(service)
                return nil
            } catch {
                return error.code
            }
        }
        task.cancel()
        #expect(await task.value != nil)
        #expect(log.all.filter { $0.hasPrefix("start") } == ["start a 1"])
    }

    @Test func `Without models the error says so`() async {
        let failure = await #expect(throws: ProviderError.self) { try await ask(service()) }
        #expect(failure?.code == "no_provider")
    }

    @Test func `Configured models are wired to their providers`() async throws {
        let server = try await ModelServer.start()
        let settings = [
            ProviderSettings(name: "openai", apiKey: "k", baseURL: server.baseURL),
            ProviderSettings(name: "claude", apiKey: "k", baseURL: server.server.url),
        ]
        let service = try FailoverProvider(
            models: ["openai/fault-401", "anthropic/claude-x", "openai/fault-401"], settings: settings,
            http: server.http)
        #expect(
            try await service.respond(
                to: ModelRequestSamples.request([.user("x")]), observer: log, onDelta: { _ in }
            ).text == "You said: x")
        let seen = try await server.control()["seen"]?.arrayValue ?? []
        #expect(seen.map { $0["path"]?.stringValue } == ["/v1/chat/completions", "/v1/messages"])
        #expect(seen.map { $0["body"]?["model"]?.stringValue } == ["fault-401", "claude-x"])
        #expect(seen.last?["headers"]?["x-api-key"] == "k")
        #expect(seen.last?["headers"]?["anthropic-version"] == "2023-06-01")
    }

    @Test func `One fault does not repeat a call that was answered`() async throws {
        let server = try await ModelServer.start()
        let service = try FailoverProvider(
            models: ["openai/fault-429-once"],
            settings: [ProviderSettings(name: "openai", apiKey: "k", baseURL: server.baseURL)], http: server.http,
            time: time)
        #expect(try await ask(service) == "You said: x")
        #expect(try await server.control()["requests"] == 2)
        #expect(time.waits.count == 1 && time.waits.allSatisfy { $0 >= .seconds(1) })
    }
}
