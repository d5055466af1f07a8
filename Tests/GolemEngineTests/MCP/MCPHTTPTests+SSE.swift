// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Testing

@testable import GolemEngine

/// Servers of the first revision: one stream that brings everything.
extension MCPHTTPTests {
    private func sse(_ process: PythonServer, _ path: String) -> MCPServerSettings {
        MCPServerSettings(name: "test", transport: .httpSSE(url: process.url + path, headers: [:]))
    }

    @Test func `A server of the first revision answers on its stream`() async throws {
        let server = try await Server(#"{"transport":"sse","revision":"2024-11-05"}"#)
        try await MCPServers.with(sse(server.process, "/sse")) { connection in
            #expect(connection.info.transport == "http_sse")
            #expect(connection.info.revision == "2024-11-05")
            try await connection.expect("echo", ["text": "a"], gives: "a")
            let error = await Self.code {
                _ = try await connection.call("hang", timeout: .milliseconds(100))
            }
            #expect(error?.code == "timeout")
            _ = try await connection.call("change")
            for await notice in connection.notices {
                #expect(notice == .toolsChanged)
                break
            }
        }
    }

    @Test func `F31 on the one stream of the first revision a message that is too large fails its call alone`()
        async throws
    {
        let server = try await Server(#"{"transport":"sse","revision":"2024-11-05"}"#)
        var limits = MCPLimits()
        limits.message = 1_000_000
        try await MCPServers.with(sse(server.process, "/sse"), client: MCPServers.client(limits: limits)) {
            connection in
            let error = await Self.code { _ = try await connection.call("big", ["size": 2_000_000]) }
            #expect(error?.code == "too_large")
            #expect(error?.endsConnection == false)
            try await connection.expect("echo", ["text": "a"], gives: "a")
        }
    }

    @Test func `A server of the first revision may not send messages elsewhere`() async throws {
        let server = try await Server(#"{"transport":"sse","endpoint":"http://127.0.0.1:1/messages"}"#)
        let error = await Self.code {
            _ = try await MCPServers.client().connect(sse(server.process, "/sse")) { _ in .decline }
        }
        #expect(error?.code == "protocol")
        #expect(error?.message.contains("another origin") == true)
    }

    @Test func `Newer servers behind http_sse are spoken to as such`() async throws {
        for revision in ["2025-06-18", "2026-07-28"] {
            let server = try await Server(#"{"revision":"\#(revision)"}"#)
            try await MCPServers.with(sse(server.process, "/mcp")) { connection in
                #expect(connection.info.transport == "http")
                #expect(connection.info.revision == revision)
            }
        }
    }

    @Test func `The end of the stream ends the connection`() async throws {
        let server = try await Server(#"{"transport":"sse","revision":"2024-11-05"}"#)
        let connection = try await MCPServers.client().connect(sse(server.process, "/sse")) { _ in
            .decline
        }
        async let hanging = Self.code { _ = try await connection.call("hang") }
        while try await connection.call("count", ["tool": "hang"]).content != [.text("1")] { await Task.yield() }
        server.process.stop()
        #expect(await hanging?.endsConnection == true)
        #expect(await Self.code { _ = try await connection.call("echo") }?.mayHaveRun == false)
        await connection.close()
    }
}
