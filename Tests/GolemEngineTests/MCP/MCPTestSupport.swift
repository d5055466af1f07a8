// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemTestSupport
import Synchronization
import Testing

@testable import GolemEngine

/// Servers to test with, and connections to them.
enum MCPServers {
    static let http = HTTPClient()

    /// The interpreter of an environment that `scripts/python-servers.sh` makes.
    static func python(_ sdk: String) -> String { "\(PythonServer.packageRoot)/.build/python/\(sdk)/bin/python" }

    /// A program of such an environment.
    static func program(_ sdk: String, _ name: String) -> String {
        "\(PythonServer.packageRoot)/.build/python/\(sdk)/bin/\(name)"
    }

    static func script(_ name: String) -> String { "\(PythonServer.packageRoot)/Tests/Servers/mcp/\(name)" }

    /// A server that is a child process, under a fresh name.
    static func stdio(
        _ command: String, _ arguments: [String], environment: [String: String] = [:]
    ) -> MCPServerSettings {
        MCPServerSettings(
            name: "test", transport: .stdio(command: command, arguments: arguments, environment: environment))
    }

    /// The SDK's server as a child process.
    static func sdk(_ sdk: String) -> MCPServerSettings { stdio(python(sdk), [script("sdk_server.py"), "stdio"]) }

    static func client(limits: MCPLimits = MCPLimits()) -> MCPClient {
        MCPClient(version: "1.2.3", http: http, time: SystemTime(), limits: limits)
    }

    /// Connects, runs `body` and closes, whatever happens.
    static func with<Value>(
        _ settings: MCPServerSettings, client: MCPClient = client(),
        elicit: @escaping @Sendable (MCPElicitation) async -> MCPElicitationAnswer = { _ in .decline },
        _ body: (any MCPConnection) async throws -> Value
    ) async throws -> Value {
        let connection = try await client.connect(settings, elicit: elicit)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }
}

extension MCPConnection {
    /// Calls a tool with a minute's time.
    func call(
        _ tool: String, _ arguments: JSONValue = [:], timeout: Duration = .seconds(60)
    ) async throws(MCPError) -> MCPToolResult {
        try await call(tool, arguments, timeout: timeout, onProgress: { _ in })
    }

    /// Calls a tool and expects one piece of text.
    func expect(
        _ tool: String, _ arguments: JSONValue = [:], gives text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await call(tool, arguments)
        #expect(result.content == [.text(text)], sourceLocation: sourceLocation)
    }
}

/// Texts that come in from other tasks.
final class TextList: Sendable {
    private let list = Mutex<[String]>([])
    var all: [String] { list.withLock { $0 } }
    func add(_ text: String) { list.withLock { $0.append(text) } }
}

/// Whether a process is there; zombies count.
func isAlive(_ pid: Int32?) -> Bool { pid.map { kill($0, 0) == 0 } ?? false }
