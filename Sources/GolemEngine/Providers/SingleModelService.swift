// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// A model service with one provider and one model, without retries: for the demo and for tests.
package struct SingleModelService: ModelService {
    private let provider: any Provider
    private let model: String
    private let time: any TimeSource

    /// Makes the service.
    package init(provider: any Provider, model: String, time: any TimeSource) {
        self.provider = provider
        self.model = model
        self.time = time
    }

    package var modelName: String? { "\(provider.name)/\(model)" }

    package func respond(
        to request: ModelRequest, observer: any ModelCallObserver,
        onDelta: @escaping @Sendable (ModelDelta) -> Void
    ) async throws(ProviderError) -> ModelResponse {
        var request = request
        request.model = model
        observer.attemptStarted(provider: provider.name, model: model, attempt: 1)
        let began = time.monotonicMicroseconds()
        do {
            let response = try await ask(request, onDelta)
            observer.attemptEnded(
                provider: provider.name, model: model, attempt: 1,
                durationMicroseconds: time.monotonicMicroseconds() - began, result: .success(response))
            return response
        } catch {
            observer.attemptEnded(
                provider: provider.name, model: model, attempt: 1,
                durationMicroseconds: time.monotonicMicroseconds() - began, result: .failure(error))
            throw error
        }
    }

    package func clearCooldown(model: String) async -> String? { nil }

    /// Asks with the call's total deadline, whatever the provider does about it.
    private func ask(
        _ request: ModelRequest, _ onDelta: @escaping @Sendable (ModelDelta) -> Void
    ) async throws(ProviderError) -> ModelResponse {
        let limit = request.deadlines.total
        let answer: Result<ModelResponse, ProviderError>?
        do {
            answer = try await time.withDeadline(limit) { () -> Result<ModelResponse, ProviderError> in
                do throws(ProviderError) {
                    return .success(try await provider.respond(to: request, onDelta: onDelta))
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw ProviderError(code: "cancelled", message: "the call was cancelled", isRetryable: false)
        }
        guard let answer else {
            throw ProviderError(code: "timeout", message: "no answer within \(limit)", isRetryable: true)
        }
        return try answer.get()
    }
}

/// A model service for an engine without a configured provider: chats get one plain sentence.
package struct NoModelService: ModelService {
    /// What a chat is told.
    static let hint =
        "No model is configured: set providers.<name>.api_key (or base_url) in config.json, or run `golem auth login`."

    /// Makes the service.
    package init() {}

    package var modelName: String? { nil }

    package func respond(
        to request: ModelRequest, observer: any ModelCallObserver,
        onDelta: @escaping @Sendable (ModelDelta) -> Void
    ) async throws(ProviderError) -> ModelResponse {
        throw ProviderError(code: "no_provider", message: Self.hint, isRetryable: false)
    }

    package func clearCooldown(model: String) async -> String? { nil }
}
