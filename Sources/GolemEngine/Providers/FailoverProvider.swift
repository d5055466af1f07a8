// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Synchronization

/// Asks the models of an ordered list: retries each as the policy says, goes on to the next, and lets failed ones cool
/// down.
///
/// An answer of which a part has already been shown is never asked for again.
package final class FailoverProvider: ModelService {
    /// A model of the list.
    package struct Candidate: Sendable {
        /// The model as configured.
        package var configured: String
        /// The model as its provider knows it.
        package var model: String
        /// Who is asked.
        package var provider: any Provider

        /// Its name towards observers: the one under which its calls are counted.
        var shownName: String { "\(provider.name)/\(model)" }

        /// Makes a candidate.
        package init(configured: String, model: String, provider: any Provider) {
            self.configured = configured
            self.model = model
            self.provider = provider
        }
    }

    private let candidates: [Candidate]
    private let policy: RetryPolicy
    private let time: any TimeSource
    private let random: @Sendable () -> Double
    private let cooldowns = Mutex(ModelCooldowns())

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - candidates: the models, the preferred one first; configured names must differ.
    ///   - policy: how often and when the same model is tried again.
    ///   - time: the clocks.
    ///   - random: numbers in 0..<1.
    package init(
        candidates: [Candidate], policy: RetryPolicy = RetryPolicy(), time: any TimeSource = SystemTime(),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.candidates = candidates
        self.policy = policy
        self.time = time
        self.random = random
    }

    /// The configured first model.
    package var modelName: String? { candidates.first?.configured }

    /// The models that cool down at the moment.
    package var activeCooldowns: [String: ModelCooldowns.Entry] {
        let now = time.wallNow()
        return cooldowns.withLock { $0.allActive(now: now) }
    }

    /// Ends a model's cool-down and gives the name that observers know it by; nil when it was not cooling down.
    ///
    /// `model` is that name or the configured one.
    package func clearCooldown(model: String) async -> String? {
        guard let candidate = candidates.first(where: { $0.shownName == model || $0.configured == model }) else {
            return nil
        }
        let now = time.wallNow()
        return cooldowns.withLock { cooldowns in
            let wasActive = cooldowns.active(candidate.configured, now: now) != nil
            return cooldowns.clear(candidate.configured) && wasActive ? candidate.shownName : nil
        }
    }

    /// Asks the first usable model; see `ModelService`.
    ///
    /// The call's total deadline covers all attempts and waits. Throws the last model's error.
    package func respond(
        to request: ModelRequest, observer: any ModelCallObserver,
        onDelta: @escaping @Sendable (ModelDelta) -> Void
    ) async throws(ProviderError) -> ModelResponse {
        let end = time.monotonicMicroseconds() + request.deadlines.total.microseconds
        var left: (name: String, reason: String)?
        var failure: ProviderError?
        let usable = try await usable(end: end, observer)
        for (position, candidate) in usable.enumerated() {
            if let left { observer.failedOver(from: left.name, to: candidate.shownName, reason: left.reason) }
            do {
                let isLast = position == usable.count - 1
                return try await ask(candidate, request, isLast: isLast, end: end, observer, onDelta)
            } catch {
                guard goesOn(after: error, end: end) else { throw error }
                left = (candidate.shownName, error.message)
                failure = error
            }
        }
        throw failure ?? ProviderError(code: "no_provider", message: "no model is configured", isRetryable: false)
    }

    // MARK: choosing

    /// The candidates in the order of trying: those that do not cool down, or else the one that will be ready first.
    private func usable(end: Int64, _ observer: any ModelCallObserver) async throws(ProviderError) -> [Candidate] {
        let now = time.wallNow()
        let cooling = cooldowns.withLock { $0.allActive(now: now) }
        let ready = candidates.filter { cooling[$0.configured] == nil }
        if let first = ready.first {
            for skipped in candidates.prefix(while: { $0.configured != first.configured }) {
                let reason = cooling[skipped.configured]?.error.message ?? "it failed"
                observer.failedOver(from: skipped.shownName, to: first.shownName, reason: "cools down: \(reason)")
            }
            return ready
        }
        let soonest = candidates.compactMap { candidate in cooling[candidate.configured].map { (candidate, $0) } }
            .min { $0.1.until < $1.1.until }
        guard let (candidate, entry) = soonest else { return [] }
        // Nobody else is left. A pause of our own making gives way; one that the provider asked for is kept.
        guard entry.isRequested else { return [candidate] }
        let wait = Duration.microseconds(entry.until.since(now))
        guard wait <= policy.maxRequestedDelay, wait.microseconds < end - time.monotonicMicroseconds() else {
            var error = entry.error
            let seconds = (wait.microseconds + 999_999) / 1_000_000
            error.message = "no model can be asked for \(seconds) s: \(error.message)"
            error.retryAfter = wait
            throw error
        }
        try await pause(wait)
        return [candidate]
    }

    /// Whether another model may do better.
    private func goesOn(after error: ProviderError, end: Int64) -> Bool {
        guard !error.hadFirstToken, !Task.isCancelled, time.monotonicMicroseconds() < end else { return false }
        return error.code != "cancelled" && error.code != "context_too_long" && error.code != "timeout_total"
    }

    // MARK: asking

    private func ask(
        _ candidate: Candidate, _ request: ModelRequest, isLast: Bool, end: Int64, _ observer: any ModelCallObserver,
        _ onDelta: @escaping @Sendable (ModelDelta) -> Void
    ) async throws(ProviderError) -> ModelResponse {
        var request = request
        request.model = candidate.model
        var attempt = 1
        while true {
            let start = time.monotonicMicroseconds()
            request.deadlines.total = .microseconds(max(1, end - start))
            let name = candidate.provider.name
            observer.attemptStarted(provider: name, model: candidate.model, attempt: attempt)
            let result: Result<ModelResponse, ProviderError>
            do {
                result = .success(try await candidate.provider.respond(to: request, onDelta: onDelta))
            } catch {
                result = .failure(error)
            }
            let now = time.monotonicMicroseconds()
            observer.attemptEnded(
                provider: name, model: candidate.model, attempt: attempt, durationMicroseconds: now - start,
                result: result)
            switch result {
            case .success(let response):
                noteSuccess(candidate, observer)
                return response
            case .failure(let error):
                guard let delay = delay(after: error, attempt, isLast: isLast), delay.microseconds < end - now else {
                    noteFailure(candidate, error, observer)
                    throw error
                }
                try await pause(delay)
                attempt += 1
            }
        }
    }

    private func delay(after error: ProviderError, _ attempt: Int, isLast: Bool) -> Duration? {
        guard !Task.isCancelled else { return nil }
        return policy.delay(after: error, attempt: attempt, hasAlternative: !isLast, random: random())
    }

    private func pause(_ duration: Duration) async throws(ProviderError) {
        do {
            try await time.sleep(for: duration)
        } catch {
            throw ModelAPIFailure.cancelled
        }
    }

    private func noteSuccess(_ candidate: Candidate, _ observer: any ModelCallObserver) {
        if cooldowns.withLock({ $0.clear(candidate.configured) }) {
            observer.cooldownChanged(model: candidate.shownName, until: nil, reason: "it answers again")
        }
    }

    private func noteFailure(_ candidate: Candidate, _ error: ProviderError, _ observer: any ModelCallObserver) {
        let now = time.wallNow()
        let entry = cooldowns.withLock {
            $0.failed(candidate.configured, error: error, hasAlternative: candidates.count > 1, now: now)
        }
        if let entry {
            observer.cooldownChanged(model: candidate.shownName, until: entry.until, reason: error.message)
        }
    }
}
