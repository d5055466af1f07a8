// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine

/// A model that answers at once, or after a fixed time: chat completions, streamed in one piece.
struct ModelServer: HTTPRequestHandler {
    let latency: Duration

    private static let answer: [UInt8] = {
        let chunks = [
            #"{"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":"An answer of "},"finish_reason":null}]}"#,
            #"{"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"about ten words, as short as they come."},"finish_reason":"stop"}]}"#,
            #"{"id":"1","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":20,"completion_tokens":10,"total_tokens":30}}"#,
            "[DONE]",
        ]
        return Array(chunks.map { "data: \($0)\n\n" }.joined().utf8)
    }()

    func respond(to request: HTTPServerRequest) async -> HTTPServerResponse {
        if latency > .zero { try? await SystemTime().sleep(for: latency) }
        return HTTPServerResponse(
            status: 200, headers: HTTPFields([("Content-Type", "text/event-stream")]), body: .bytes(Self.answer))
    }

    static func run(_ options: BenchOptions) async -> Int32 {
        await BenchServer.run(
            options, loop: EventLoop(name: "loop"), ModelServer(latency: .milliseconds(options.number("latency-ms", 0)))
        )
    }
}

/// Runs a handler until the process is ended.
enum BenchServer {
    static func run(_ options: BenchOptions, loop: EventLoop, _ handler: any HTTPRequestHandler) async -> Int32 {
        let server = MicrohttpdServer(
            host: "127.0.0.1", port: options.number("port", 0), loop: loop,
            refusal: { HTTPServerResponse(status: $0.status) },
            handler: handler)
        do {
            print("listening \(try server.start())")
            try? await SystemTime().sleep(for: .seconds(100_000))
            return 0
        } catch {
            print("\(error)")
            return 1
        }
    }
}
