// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Testing

@testable import GolemEngine

/// Servers that run in a sandbox.
@Suite(.serialized) struct MCPSandboxTests {
    @Test(arguments: [SandboxRequest.Profile.landlock, .bubblewrap])
    func `The time server works in a sandbox that shows it its interpreter`(
        profile: SandboxRequest.Profile
    ) async throws {
        let folder = Scratch()
        var settings = MCPServers.stdio(MCPServers.program("sdk1", "mcp-server-time"), ["--local-timezone", "UTC"])
        settings.sandbox = SandboxRequest(profile, workspace: folder.path)
        settings.sandbox.limits.memoryMB = 2_000
        await #expect(throws: MCPError.self) { try await MCPServers.with(settings) { _ in } }
        settings.sandbox.readable = try MCPServers.pythonFolders("sdk1")
        try await MCPServers.with(settings) { connection in
            #expect(connection.info.sandbox.hasPrefix(profile.rawValue))
            #expect(connection.info.sandbox.contains("no network, 2000 MB"))
            let result = try await connection.call("get_current_time", ["timezone": "Asia/Shanghai"])
            #expect(!result.isError)
            let pid = try #require(connection.info.pid)
            #expect(ProcessUsage.tree(of: pid) != nil)
        }
    }

    @Test func `F49 a server without a sandbox of its own does not see what is hidden`() async throws {
        let folder = Scratch()
        folder.makeDirectory("state")
        folder.write("state/secret", "must-not-leak")
        var settings = MCPServers.stdio("/bin/sh", ["-c", "cat \(folder.at("state/secret")) >&2; exit 3"])
        settings.sandbox = SandboxRequest(.hide, workspace: folder.path, hidden: [folder.at("state")])
        settings.sandbox.isOptional = true
        let error = await #expect(throws: MCPError.self) { try await MCPServers.with(settings) { _ in } }
        let text = error?.message ?? ""
        #expect(text.contains("No such file or directory"), "\(text)")
        #expect(!text.contains("must-not-leak"))
    }

    @Test func `A server whose sandbox cannot be had is not started, and the reason says so`() async throws {
        let folder = Scratch()
        var settings = MCPServers.stdio("/bin/sh", ["-c", "touch \(folder.at("ran")); exit 3"])
        settings.sandbox = SandboxRequest(.bubblewrap, workspace: folder.path)
        let client = MCPClient(
            version: "1.2.3", http: MCPServers.http, time: SystemTime(), machine: SandboxMachine(programFolders: []))
        let error = await #expect(throws: MCPError.self) {
            try await MCPServers.with(settings, client: client) { _ in }
        }
        #expect(error?.message.contains("its sandbox cannot be had: bwrap is missing") == true)
        #expect(!folder.exists("ran"))
    }

    @Test func `Why a server that used up its memory ended is said`() async throws {
        let folder = Scratch()
        var settings = MCPServers.stdio("/usr/bin/python3", ["-c", "x = bytearray(400 << 20)"])
        settings.sandbox = SandboxRequest(.bubblewrap, workspace: folder.path)
        settings.sandbox.limits.memoryMB = 100
        let error = await #expect(throws: MCPError.self) { try await MCPServers.with(settings) { _ in } }
        // Of all processes by a control group; where none can be made, Python itself gets no more.
        let text = error?.message ?? ""
        #expect(text.contains("used up the memory that it may have") || text.contains("MemoryError"), "\(text)")
    }

    @Test func `F27 closing a server in bubblewrap ends everything that it started`() async throws {
        let folder = Scratch()
        var settings = MCPServers.sdk("sdk1")
        settings.sandbox = SandboxRequest(.bubblewrap, workspace: folder.path)
        settings.sandbox.readable = try MCPServers.pythonFolders("sdk1")
        let pid = try await MCPServers.with(settings) { connection in
            try await connection.expect("echo", ["text": "inside"], gives: "inside")
            return try #require(connection.info.pid)
        }
        #expect(ProcessUsage.tree(of: pid) == nil)
        #expect(Processes.matching(folder.path) == [])
    }
}

extension MCPServers {
    /// The folders that an interpreter of `scripts/python-servers.sh` needs: its own, that of the Python it was made of,
    /// and the test servers.
    static func pythonFolders(_ sdk: String) throws -> [String] {
        let interpreter = try #require(Sandbox.resolve(python(sdk)))
        let home = interpreter.split(separator: "/").dropLast(2).joined(separator: "/")
        // As named and as resolved: the package may be reached through a link.
        let own = "\(PythonServer.packageRoot)/.build/python"
        return ["/" + home, own, "\(PythonServer.packageRoot)/Tests/Servers"].filter { $0 != "/usr" }
    }
}
