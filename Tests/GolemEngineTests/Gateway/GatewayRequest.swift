// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import Testing

/// Sends one request on a connection of its own and gives the whole response.
func request(
    _ port: Int, _ method: String, _ path: String, headers: [String] = [], body: String = ""
) async throws -> RawResponse {
    try await onThread {
        let client = try RawClient(port: port)
        var lines = ["\(method) \(path) HTTP/1.1"]
        if !headers.contains(where: { $0.lowercased().hasPrefix("host:") }) { lines.append("Host: 127.0.0.1:\(port)") }
        lines += headers
        if !body.isEmpty || method == "POST" { lines.append("Content-Length: \(body.utf8.count)") }
        lines.append("Connection: close")
        try client.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
        return RawResponse(try client.receiveAll())
    }
}

/// Posts JSON to `/chat`.
func post(_ port: Int, _ body: String, headers: [String] = []) async throws -> RawResponse {
    try await request(port, "POST", "/chat", headers: ["Content-Type: application/json"] + headers, body: body)
}
