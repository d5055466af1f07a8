// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEngine
import GolemTestSupport

/// The server of `Tests/Servers/http_server.py` that tests share when they do not look at its counters.
enum SharedHTTPServer {
    private static let started = Task { try await PythonServer.start("http_server.py") }

    static var url: String { get async throws { try await started.value.url } }
    static var port: Int { get async throws { try await started.value.port } }
}

/// What `/echo` saw.
struct EchoedRequest: Decodable {
    var method: String
    var target: String
    var headers: [[String]]
    var length: Int
    var body: String
    var host: String

    func header(_ name: String) -> String? { headers.first { $0[0].lowercased() == name }?[1] }
}

/// The counters of a server.
struct ServerStats: Decodable {
    var connections: Int
    var open: Int
    var requests: Int
    var sent: Int
    var holding: Int
    var gone: Int
}

extension HTTPClient {
    func text(_ request: HTTPClientRequest) async throws -> String {
        let answer = try await send(request).collect(limit: 1 << 24)
        return String(decoding: answer.bytes, as: UTF8.self)
    }

    func text(_ url: String) async throws -> String { try await text(HTTPClientRequest(url: url)) }

    func decoded<Value: Decodable>(_ type: Value.Type, _ request: HTTPClientRequest) async throws -> Value {
        try JSONDecoder().decode(type, from: Data(try await text(request).utf8))
    }

    func stats(_ server: PythonServer) async throws -> ServerStats {
        try await decoded(ServerStats.self, HTTPClientRequest(url: server.url + "/stats"))
    }

    /// The error of a request whose answer cannot be read to its end.
    func failure(_ request: HTTPClientRequest) async -> HTTPClientError? {
        do {
            _ = try await send(request).collect(limit: 1 << 24)
            return nil
        } catch {
            return error
        }
    }

    func failure(_ url: String) async -> HTTPClientError? { await failure(HTTPClientRequest(url: url)) }
}
