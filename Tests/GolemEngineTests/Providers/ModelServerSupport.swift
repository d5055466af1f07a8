// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemEvents
import GolemTestSupport
import Synchronization

/// `Tests/Servers/model_server.py` and a client for it.
struct ModelServer {
    let server: PythonServer
    let http = HTTPClient()

    static func start(_ arguments: String...) async throws -> ModelServer {
        ModelServer(server: try await PythonServer.start("model_server.py", arguments))
    }

    var baseURL: String { server.url + "/v1" }

    /// Both providers, each with its own name.
    func provider(_ api: SelectedModel.API, apiKey: String? = nil) -> any Provider {
        switch api {
        case .chatCompletions: OpenAIProvider(name: "openai", baseURL: baseURL, apiKey: apiKey, http: http)
        case .messages: AnthropicProvider(name: "claude", baseURL: baseURL, apiKey: apiKey, http: http)
        }
    }

    func control(_ command: JSONValue? = nil) async throws -> JSONValue {
        let request = HTTPClientRequest(
            method: command == nil ? "GET" : "POST", url: server.url + "/control",
            body: command.map { Array($0.text.utf8) })
        return try JSONValue(bytes: try await http.send(request).collect(limit: 1 << 26).bytes)
    }

    /// Lets the next answers be these.
    func script(_ steps: JSONValue...) async throws { _ = try await control(["script": .array(steps)]) }
}

/// Collects deltas.
final class DeltaLog: Sendable {
    private let deltas = Mutex<[ModelDelta]>([])

    var all: [ModelDelta] { deltas.withLock { $0 } }
    var text: String {
        all.reduce(into: "") { text, delta in if case .text(let piece) = delta { text += piece } }
    }
    var append: @Sendable (ModelDelta) -> Void { { delta in self.deltas.withLock { $0.append(delta) } } }
}

extension Provider {
    func failure(_ request: ModelRequest, log: DeltaLog = DeltaLog()) async -> ProviderError? {
        do {
            _ = try await respond(to: request, onDelta: log.append)
            return nil
        } catch {
            return error
        }
    }
}

/// Writes down what a `ModelService` tells.
final class CallLog: ModelCallObserver {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func attemptStarted(provider: String, model: String, attempt: Int) { add("start \(model) \(attempt)") }

    func attemptEnded(
        provider: String, model: String, attempt: Int, durationMicroseconds: Int64,
        result: Result<ModelResponse, ProviderError>
    ) {
        switch result {
        case .success(let response): add("end \(model) \(attempt) \(response.stopReason)")
        case .failure(let error): add("end \(model) \(attempt) \(error.code)")
        }
    }

    func failedOver(from: String, to: String, reason: String) { add("over \(from) \(to)") }

    func cooldownChanged(model: String, until: Timestamp?, reason: String) {
        add("cool \(model) \(until.map { "\($0.microseconds / 1_000_000)" } ?? "-")")
    }

    private func add(_ line: String) { lines.withLock { $0.append(line) } }
}
