// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEngine

/// An agent without state: it takes `POST /chat`, calls the model, and answers.
///
/// What the real one is compared with.
struct NullAgent: HTTPRequestHandler {
    private struct Body: Decodable { var message: String }

    let model: String
    let client: HTTPClient

    func respond(to request: HTTPServerRequest) async -> HTTPServerResponse {
        guard let body = try? JSONDecoder().decode(Body.self, from: Data(request.body)) else {
            return HTTPServerResponse(status: 400)
        }
        let question = JSONValue.object([
            "model": "bench", "stream": true, "messages": [["role": "user", "content": .string(body.message)]],
        ])
        do {
            let response = try await client.send(LoadGenerator.request(model, body: Array(question.text.utf8)))
            var parser = ServerSentEventParser()
            var text = ""
            for try await bytes in response.body {
                for event in try parser.feed(bytes) {
                    let chunk = try? JSONValue(parsing: event.data)
                    text += chunk?["choices"]?.arrayValue?.first?["delta"]?["content"]?.stringValue ?? ""
                }
            }
            let answer = JSONValue.object(["response": .string(text), "session_id": "bench", "request_id": "1"])
            return HTTPServerResponse(
                status: 200, headers: HTTPFields([("Content-Type", "application/json")]),
                body: .bytes(Array(answer.text.utf8)))
        } catch {
            return HTTPServerResponse(status: 502)
        }
    }

    static func run(_ options: BenchOptions) async -> Int32 {
        let loop = EventLoop(name: "loop")
        return await BenchServer.run(
            options, loop: loop, NullAgent(model: options.text("model", ""), client: HTTPClient(loop: loop)))
    }
}
