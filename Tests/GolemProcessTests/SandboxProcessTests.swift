// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemTestSupport
import Testing

/// Sandboxes as an operator chooses, sees and tries them.
@Suite struct SandboxProcessTests {
    @Test func `The sandbox in force is shown by list, status and a command that runs in it`() async throws {
        let home = try GolemHome()
        #expect(try await home.run("config", "set", "tools.exec.sandbox", "bubblewrap").end == .code(0))
        let list = try await home.run("sandbox", "list")
        #expect(list.end == .code(0), "\(list.errors)")
        #expect(list.output.hasPrefix("exec  asked bubblewrap  bubblewrap "))
        #expect(list.output.contains(" + seccomp, no network, 4096 MB"))
        let inside = try await home.run("sandbox", "run", "ls state; ls -d /home; exit 9")
        #expect(inside.end == .code(9))
        #expect(inside.output == "", "neither the state nor homes are there")
        #expect(inside.errors.contains("sandbox: bubblewrap "))
        let server = try await home.startServer()
        let known = try await eventually {
            try await home.run("status").output.contains("Sandbox    exec bubblewrap ")
        }
        #expect(known)
        #expect(try await home.run("sandbox", "run", "--server", "none", "true").end == .code(77))
        server.process.send(SIGTERM)
        _ = await server.process.end(within: .seconds(20))
    }

    @Test func `A wrong profile is refused with those that there are`() async throws {
        let home = try GolemHome()
        let wrong = try await home.run("config", "set", "tools.exec.sandbox", "jail")
        #expect(wrong.end == .code(78))
        #expect(wrong.errors.contains("allowed: none, hide, landlock, bubblewrap or auto"))
        #expect(try await home.run("sandbox", "list").output.hasPrefix("exec  asked hide  hide ("))
    }
}
