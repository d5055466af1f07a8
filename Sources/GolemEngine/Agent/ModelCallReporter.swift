// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Publishes what happens during the model calls of one step.
struct ModelCallReporter: ModelCallObserver {
    let bus: EventBus
    let requestID: String
    let session: String
    let step: Int

    func attemptStarted(provider: String, model: String, attempt: Int) {
        publish(.providerStarted(ProviderStarted(provider: provider, model: model, step: step, attempt: attempt)))
    }

    func attemptEnded(
        provider: String, model: String, attempt: Int, durationMicroseconds: Int64,
        result: Result<ModelResponse, ProviderError>
    ) {
        var called = ProviderCalled(
            provider: provider, model: model, step: step, attempt: attempt, tokensIn: 0, tokensOut: 0,
            firstTokenMicroseconds: nil, durationMicroseconds: durationMicroseconds, stopReason: "", error: nil)
        switch result {
        case .success(let response):
            called.tokensIn = response.usage.input
            called.tokensOut = response.usage.output
            called.firstTokenMicroseconds = response.firstTokenMicroseconds
            called.stopReason = response.stopReason
        case .failure(let error): called.error = "\(error.code): \(error.message)"
        }
        publish(.providerCalled(called))
    }

    func failedOver(from: String, to: String, reason: String) {
        publish(.providerFailedOver(ProviderFailedOver(from: from, to: to, reason: reason)))
    }

    func cooldownChanged(model: String, until: Timestamp?, reason: String) {
        publish(.providerCooldown(ProviderCooldown(model: model, until: until, reason: reason)))
    }

    private func publish(_ kind: EventKind) { bus.publish(kind, requestID: requestID, session: session) }
}
