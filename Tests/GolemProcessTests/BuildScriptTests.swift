// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemTestSupport
import Testing

/// `scripts/build.sh` with a made-up compiler.
@Suite struct BuildScriptTests {
    @Test func `A long build without a terminal says how far it is, and still ends with the path`() async throws {
        let folder = try TemporaryWorkspace()
        let gate = folder.path + "/gate"
        try #require(mkfifo(gate, 0o600) == 0)
        try folder.write(
            """
            #!/bin/sh
            case "$*" in
            *--version*) echo "Swift version 6.1 (made up)" ;;
            *--show-bin-path*) echo /made/up ;;
            *)
                echo "[3/10] Compiling GolemEngine"
                read -r line <"\(gate)"
                echo "[10/10] Linking golem"
                ;;
            esac
            """, to: "bin/swift")
        chmod(folder.path + "/bin/swift", 0o700)
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        var launch = ChildProcess.Launch("bash", root + "/scripts/build.sh")
        launch.environment = [
            "PATH": "\(folder.path)/bin:\(ChildProcess.path)", "HOME": folder.path, "BUILD_PROGRESS_SECONDS": "1",
        ]
        launch.files.output = folder.path + "/out"
        launch.files.errors = folder.path + "/err"
        let build = try ChildProcess(launch)
        func text(_ name: String) -> String { String(decoding: folder.bytes(of: name), as: UTF8.self) }
        // The one step lasts until a second line was printed about it.
        let isTold = await eventually {
            text("err").split(separator: "\n").count { $0.hasPrefix("[3/10] Compiling GolemEngine ... (") } >= 2
                || build.end != nil
        }
        #expect(isTold)
        #expect(build.end == nil, "\(text("err"))")
        try Data("go\n".utf8).write(to: URL(filePath: gate))
        #expect(await build.end(within: .seconds(20)) == .code(0))
        #expect(text("out") == "/made/up/golem\n")
    }

    @Test func `A failed build shows the compiler's errors`() async throws {
        let folder = try TemporaryWorkspace()
        try folder.write(
            """
            #!/bin/sh
            case "$*" in
            *--version*) echo "Swift version 6.1 (made up)" ;;
            *) echo "[3/10] Compiling"; printf 'a.swift:1:1: error: no such thing'; exit 1 ;;
            esac
            """, to: "bin/swift")
        chmod(folder.path + "/bin/swift", 0o700)
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        var launch = ChildProcess.Launch("bash", root + "/scripts/build.sh")
        launch.environment = ["PATH": "\(folder.path)/bin:\(ChildProcess.path)", "HOME": folder.path]
        launch.files.output = folder.path + "/out"
        launch.files.errors = folder.path + "/err"
        let build = try ChildProcess(launch)
        #expect(await build.end(within: .seconds(20)) == .code(1))
        #expect(String(decoding: folder.bytes(of: "err"), as: UTF8.self).contains("a.swift:1:1: error: no such thing"))
        #expect(folder.bytes(of: "out").isEmpty)
    }
}
