// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEngine

/// An MCP server that gives back what it gets, as fast as it can: over standard input and output, or over HTTP.
enum EchoServer {
    /// Answers the messages on standard input until it ends; blocks.
    static func run() -> Int32 {
        var waiting: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            guard count > 0 else { return 0 }
            waiting += buffer[..<count]
            while let end = waiting.firstIndex(of: UInt8(ascii: "\n")) {
                if let answer = answer(to: waiting[..<end]) {
                    write(STDOUT_FILENO, answer + [UInt8(ascii: "\n")], answer.count + 1)
                }
                waiting.removeSubrange(...end)
            }
        }
    }

    /// Serves the same over streamable HTTP until the process is ended.
    static func runHTTP(_ options: BenchOptions) async -> Int32 {
        await BenchServer.run(options, loop: EventLoop(name: "loop"), Handler())
    }

    private struct Handler: HTTPRequestHandler {
        func respond(to request: HTTPServerRequest) async -> HTTPServerResponse {
            guard request.method == "POST" else { return HTTPServerResponse(status: 405) }
            guard let answer = EchoServer.answer(to: request.body[...]) else { return HTTPServerResponse(status: 202) }
            return HTTPServerResponse(
                status: 200, headers: HTTPFields([("Content-Type", "application/json")]), body: .bytes(answer))
        }
    }

    private static func answer(to line: ArraySlice<UInt8>) -> [UInt8]? {
        guard let message = try? JSONValue(parsing: Data(line)), let id = message["id"] else { return nil }
        var answer: [String: JSONValue] = ["jsonrpc": "2.0", "id": id]
        switch message["method"]?.stringValue {
        case "initialize":
            answer["result"] = [
                "protocolVersion": message["params"]?["protocolVersion"] ?? "2025-11-25",
                "capabilities": ["tools": [:]], "serverInfo": ["name": "echo", "version": "1"],
            ]
        case "tools/list":
            answer["result"] = ["tools": [tool("echo", isReadOnly: true), tool("write", isReadOnly: false)]]
        case "tools/call":
            let text = message["params"]?["arguments"]?["text"] ?? ""
            answer["result"] = ["content": [["type": "text", "text": text]]]
        case "ping": answer["result"] = [:]
        default: answer["error"] = ["code": -32_601, "message": "unknown method"]
        }
        return JSONValue.object(answer).bytes
    }

    private static func tool(_ name: String, isReadOnly: Bool) -> JSONValue {
        [
            "name": .string(name), "description": "Gives back a text.",
            "inputSchema": ["type": "object", "properties": ["text": ["type": "string"]]],
            "annotations": ["readOnlyHint": .bool(isReadOnly)],
        ]
    }
}
