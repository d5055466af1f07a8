// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Testing

@testable import GolemEngine

@Suite struct RetryTests {
    private let now = Timestamp(seconds: 784_111_777)

    private func error(
        _ code: String, isRetryable: Bool = true, retryAfter: Duration? = nil, hadFirstToken: Bool = false
    ) -> ProviderError {
        ProviderError(
            code: code, message: "m", isRetryable: isRetryable, retryAfter: retryAfter, hadFirstToken: hadFirstToken)
    }

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ])
    func `The three forms of an HTTP date are read`(text: String) {
        #expect(RetryAfter.httpDate(text) == Timestamp(seconds: 784_111_777))
        #expect(RetryAfter.parse(text, now: now.adding(seconds: -90)) == .seconds(90))
        #expect(RetryAfter.parse(text, now: now.adding(seconds: 90)) == .zero)
    }

    @Test func `Days and leap years are counted right`() {
        #expect(RetryAfter.httpDate("Thu, 01 Jan 1970 00:00:00 GMT") == Timestamp(seconds: 0))
        #expect(RetryAfter.httpDate("Thu, 29 Feb 2024 12:00:00 GMT") == Timestamp(seconds: 1_709_208_000))
        #expect(RetryAfter.httpDate("Tue, 31 Dec 2030 23:59:59 GMT") == Timestamp(seconds: 1_924_991_999))
    }

    @Test func `Seconds and milliseconds are read and limited`() {
        func parse(_ headers: (String, String)...) -> Duration? {
            RetryAfter.parse(headers.map { HTTPClientHeader($0.0, $0.1) }, now: now)
        }
        #expect(parse(("Retry-After", "7")) == .seconds(7))
        #expect(parse(("retry-after", "1.5")) == .milliseconds(1500))
        #expect(parse(("Retry-After", "30"), ("Retry-After-Ms", "250")) == .milliseconds(250))
        #expect(parse(("Retry-After", "99999999999")) == .seconds(86_400))
        #expect(parse(("Retry-After", "-5")) == nil)
        #expect(parse(("Retry-After", "soon")) == nil)
        #expect(parse(("Retry-After", "inf")) == nil)
        #expect(parse(("Other", "7")) == nil)
    }

    @Test func `Waits double, vary and stay below their limit`() {
        let policy = RetryPolicy(maxAttempts: 9)
        func delay(_ attempt: Int, _ random: Double) -> Duration? {
            policy.delay(after: error("overloaded"), attempt: attempt, hasAlternative: false, random: random)
        }
        #expect(delay(1, 0) == .milliseconds(250))
        #expect(delay(1, 0.5) == .milliseconds(500))
        #expect(delay(2, 0.5) == .seconds(1))
        #expect(delay(3, 0.5) == .seconds(2))
        #expect(delay(8, 0.5) == .seconds(8))
        #expect(delay(9, 0.5) == nil)
    }

    @Test func `A requested wait is kept, or the attempt is left`() {
        let policy = RetryPolicy()
        func delay(_ wait: Duration, hasAlternative: Bool = false) -> Duration? {
            policy.delay(
                after: error("rate_limited", retryAfter: wait), attempt: 1, hasAlternative: hasAlternative, random: 0)
        }
        #expect(delay(.seconds(20)) == .seconds(20))
        #expect(delay(.seconds(21)) == nil)
        #expect(delay(.seconds(2), hasAlternative: true) == .seconds(2))
        #expect(delay(.seconds(3), hasAlternative: true) == nil)
    }

    @Test func `What cannot get better or has begun is not tried again`() {
        let policy = RetryPolicy()
        for failed in [error("unauthorized", isRetryable: false), error("incomplete", hadFirstToken: true)] {
            #expect(policy.delay(after: failed, attempt: 1, hasAlternative: false, random: 0) == nil)
        }
        let slow = error("timeout_first_token")
        #expect(policy.delay(after: slow, attempt: 1, hasAlternative: true, random: 0) == nil)
        #expect(policy.delay(after: slow, attempt: 1, hasAlternative: false, random: 0) != nil)
        #expect(policy.delay(after: slow, attempt: 2, hasAlternative: false, random: 0) == nil)
    }

    @Test func `F38 a cool-down belongs to one model, ends by itself and can be cleared`() {
        var cooldowns = ModelCooldowns()
        let entry = cooldowns.failed("a", error: error("overloaded"), hasAlternative: true, now: now)
        #expect(entry?.until == now.adding(seconds: 30))
        #expect(cooldowns.active("a", now: now)?.error.code == "overloaded")
        #expect(cooldowns.active("b", now: now) == nil)
        #expect(cooldowns.active("a", now: now.adding(seconds: 30)) == nil)
        let cleared = [cooldowns.clear("a"), cooldowns.clear("a")]
        #expect(cleared == [true, false])
        #expect(cooldowns.active("a", now: now) == nil)
    }

    @Test func `Cool-downs grow with failures in a row up to a limit`() {
        var cooldowns = ModelCooldowns()
        let seconds = (0..<8).map { _ in
            (cooldowns.failed("a", error: error("connect"), hasAlternative: true, now: now)?.until.since(now) ?? 0)
                / 1_000_000
        }
        #expect(seconds == [30, 60, 120, 240, 480, 900, 900, 900])
    }

    @Test func `Only failures that say something about the model cool it down`() {
        var cooldowns = ModelCooldowns()
        for code in ["bad_request", "context_too_long", "cancelled", "timeout_total", "empty_answer", "incomplete"] {
            let entry = cooldowns.failed("a", error: error(code), hasAlternative: true, now: now)
            #expect(entry == nil)
        }
        let entry = cooldowns.failed("a", error: error("overloaded"), hasAlternative: false, now: now)
        #expect(entry == nil)
        let asked = error("rate_limited", retryAfter: .seconds(3600))
        let requested = cooldowns.failed("a", error: asked, hasAlternative: false, now: now)
        #expect(requested?.until == now.adding(seconds: 3600))
    }
}
