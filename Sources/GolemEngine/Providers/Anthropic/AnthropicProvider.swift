// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Anthropic's own messages API.
package struct AnthropicProvider: Provider {
    /// The provider's name.
    package let name: String
    private let url: String
    private let headers: [HTTPClientHeader]
    private let client: ModelAPIClient

    /// Makes the provider.
    ///
    /// - Parameters:
    ///   - name: the name, usually `claude`.
    ///   - baseURL: what comes before `/messages`, with its `/v1`.
    ///   - apiKey: sent as `x-api-key`.
    ///   - http: the client, shared with others.
    ///   - time: for measuring and for `Retry-After` dates.
    package init(
        name: String, baseURL: String, apiKey: String?, http: HTTPClient, time: any TimeSource = SystemTime()
    ) {
        self.name = name
        url = baseURL + "/messages"
        headers =
            [HTTPClientHeader("anthropic-version", "2023-06-01")]
            + (apiKey.map { [HTTPClientHeader("x-api-key", $0)] } ?? [])
        client = ModelAPIClient(provider: name, http: http, time: time, secret: apiKey)
    }

    /// Asks a model; see `Provider`.
    package func respond(
        to request: ModelRequest, onDelta: @escaping @Sendable (ModelDelta) -> Void
    ) async throws(ProviderError) -> ModelResponse {
        try await client.ask(
            ModelAPIClient.request(
                url: url, headers: headers, body: AnthropicRequestEncoder().encode(request),
                deadlines: request.deadlines),
            decoder: AnthropicAnswerDecoder(), onDelta: onDelta)
    }
}
