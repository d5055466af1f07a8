// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A chat completions API: OpenAI's, or one of the many that imitate it.
package struct OpenAIProvider: Provider {
    /// The provider's name, for example `openai`.
    package let name: String
    private let url: String
    private let headers: [HTTPClientHeader]
    private let encoder: OpenAIRequestEncoder
    private let client: ModelAPIClient
    private let makeID: @Sendable () -> String

    /// Makes the provider.
    ///
    /// - Parameters:
    ///   - name: the name; `openai` gets the parameters of OpenAI's reasoning models.
    ///   - baseURL: what comes before `/chat/completions`.
    ///   - apiKey: sent as bearer token; nil sends none.
    ///   - http: the client, shared with others.
    ///   - time: for measuring and for `Retry-After` dates.
    ///   - makeID: gives ids to tool calls that come without.
    package init(
        name: String, baseURL: String, apiKey: String?, http: HTTPClient, time: any TimeSource = SystemTime(),
        makeID: @escaping @Sendable () -> String = OpenAIProvider.randomID
    ) {
        self.name = name
        url = baseURL + "/chat/completions"
        headers = apiKey.map { [HTTPClientHeader("Authorization", "Bearer \($0)")] } ?? []
        encoder = OpenAIRequestEncoder(isOpenAI: name == "openai")
        client = ModelAPIClient(provider: name, http: http, time: time, secret: apiKey)
        self.makeID = makeID
    }

    /// A random id for a tool call.
    package static let randomID: @Sendable () -> String = {
        "call_" + String(UInt64.random(in: .min ... .max), radix: 36)
    }

    /// Asks a model; see `Provider`.
    package func respond(
        to request: ModelRequest, onDelta: @escaping @Sendable (ModelDelta) -> Void
    ) async throws(ProviderError) -> ModelResponse {
        try await client.ask(
            ModelAPIClient.request(
                url: url, headers: headers + [HTTPClientHeader("X-Client-Request-Id", request.requestID)],
                body: encoder.encode(request), deadlines: request.deadlines),
            decoder: OpenAIAnswerDecoder(makeID: makeID), onDelta: onDelta)
    }
}
