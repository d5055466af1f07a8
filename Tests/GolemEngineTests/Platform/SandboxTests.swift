// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import Testing

/// Runs commands in a profile, with a workspace that holds a hidden folder, beside a folder that is not granted.
private struct Cell {
    let scratch = Scratch()
    var request: SandboxRequest

    init(_ profile: SandboxRequest.Profile) {
        for folder in ["ws", "ws/state", "ws/sub", "home", "tools", "data"] { scratch.makeDirectory(folder) }
        scratch.write("ws/state/secret", "must-not-leak")
        scratch.write("home/key", "must-not-leak")
        scratch.write("tools/manual", "read me")
        request = SandboxRequest(profile, workspace: scratch.at("ws"), hidden: [scratch.at("ws/state")])
        request.readable = [scratch.at("tools")]
        request.writable = [scratch.at("data")]
    }

    func run(
        _ script: String, shell: String = "/bin/sh", deadline: Duration = .seconds(30), grace: Duration = .seconds(2)
    ) async throws -> SubprocessResult {
        var spec = SubprocessSpec(executable: shell, arguments: ["-c", script])
        spec.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": scratch.at("ws")]
        spec.directory = .path(scratch.at("ws/sub"))
        spec.deadline = deadline
        spec.grace = grace
        spec.sandbox = try await SandboxMachine().sandbox(for: request)
        return try await Subprocess.run(spec)
    }

    func output(_ script: String) async throws -> String { try await run(script).output.text }
}

private let profiles: [SandboxRequest.Profile] = [.landlock, .bubblewrap]

@Suite struct SandboxTests {
    @Test(arguments: profiles)
    func `F49 the system can be read, the workspace written, and nothing else`(profile: SandboxRequest.Profile)
        async throws
    {
        let cell = Cell(profile)
        let (home, state) = (cell.scratch.at("home"), cell.scratch.at("ws/state"))
        let result = try await cell.run(
            """
            pwd; echo inside > file && cat file; cat \(cell.scratch.at("tools/manual")); echo
            echo more > \(cell.scratch.at("data"))/out && echo written
            cat \(home)/key; cat \(state)/secret; cat ../state/secret; cat /etc/shadow
            echo x > \(cell.scratch.at("tools"))/x; echo x > \(home)/x; echo x > \(state)/x; echo x > /usr/.golem-test
            echo x > /etc/.golem-test; mkdir /.golem-test
            echo ended
            """)
        let expected = "\(cell.scratch.at("ws/sub"))\ninside\nread me\nwritten\nended\n"
        #expect(result.output.text == expected, "\(result.errorOutput.text)")
        for path in ["/usr/.golem-test", "/etc/.golem-test", "/.golem-test", "\(home)/x", "\(state)/x"] {
            #expect(access(path, F_OK) != 0, "\(path)")
        }
        #expect(access(cell.scratch.at("ws/sub/file"), F_OK) == 0)
        #expect(access(cell.scratch.at("data/out"), F_OK) == 0)
    }

    @Test(arguments: profiles)
    func `Files can be made beside hidden ones, and no right of root is kept`(
        profile: SandboxRequest.Profile
    ) async throws {
        let cell = Cell(profile)
        let output = try await cell.output(
            "cd .. && echo new > file && mkdir folder && cat file; grep CapEff /proc/self/status")
        #expect(output == "new\nCapEff:\t0000000000000000\n")
        #expect(cell.scratch.read("ws/state/secret") == "must-not-leak")
    }

    @Test(arguments: profiles)
    func `The network is closed unless it is allowed`(profile: SandboxRequest.Profile) async throws {
        let listener = try FullListener(backlog: 16)
        var cell = Cell(profile)
        let script = "exec 3<>/dev/tcp/127.0.0.1/\(listener.port) && echo connected"
        #expect(try await cell.run(script, shell: "/bin/bash").output.text == "")
        cell.request.allowsNetwork = true
        #expect(try await cell.run(script, shell: "/bin/bash").output.text == "connected\n")
    }

    @Test(arguments: profiles)
    func `F49 processes outside can neither be ended nor looked into`(profile: SandboxRequest.Profile) async throws {
        let cell = Cell(profile)
        let output = try await cell.output(
            "kill -0 \(getpid()) && echo reached; kill -0 $PPID && [ $PPID -gt 1 ] && echo parent; "
                + "cat /proc/\(getpid())/environ && echo looked; ls /proc/\(getpid())/cwd/ && echo folder; echo ended"
        )
        #expect(output == "ended\n")
    }

    @Test(arguments: profiles)
    func `F49 no new namespaces, mounts or traces`(profile: SandboxRequest.Profile) async throws {
        let cell = Cell(profile)
        let output = try await cell.output(
            "unshare -U true && echo user; unshare -m true && echo mount; mount -t tmpfs none /tmp && echo mounted; "
                + "umount /proc && echo unmounted; chroot / true && echo chroot; echo ended")
        #expect(output == "ended\n")
    }

    @Test(arguments: profiles)
    func `Temporary files have a place of their own`(profile: SandboxRequest.Profile) async throws {
        let output = try await Cell(profile).output("f=$(mktemp) && echo kept > $f && cat $f; rm $f; ls /tmp | wc -l")
        #expect(output.hasPrefix("kept\n"))
        if profile == .bubblewrap { #expect(output == "kept\n1\n") }  // the workspace of this test lies in /tmp
    }

    @Test(arguments: profiles)
    func `Exit codes, signals and requests to end reach both sides`(profile: SandboxRequest.Profile) async throws {
        let cell = Cell(profile)
        #expect(try await cell.run("exit 7").exitCode == 7)
        #expect(try await cell.run("kill -SEGV $$").exitCode == 139)
        let seconds = "98765.\(getpid())\(profile == .landlock ? 1 : 2)"
        let result = try await cell.run(
            "trap 'echo asked; exit 0' TERM; (setsid sleep \(seconds) &); echo begun; while :; do sleep 0.05; done",
            deadline: .seconds(3), grace: .seconds(20))
        #expect(result.output.text == "begun\nasked\n")
        #expect(result.timedOut)
        #expect(Processes.matching(seconds) == [])
    }

    @Test(arguments: profiles)
    func `Memory, processes and processor time are bounded`(profile: SandboxRequest.Profile) async throws {
        var cell = Cell(profile)
        cell.request.limits.memoryMB = 150
        let memory = try await cell.run("python3 -c 'x = bytearray(400 << 20); print(len(x))'")
        #expect(memory.output.text == "")
        #expect(try await cell.output("python3 -c 'print(len(bytearray(50 << 20)))'") == "52428800\n")
        cell.request.limits = SandboxLimits()
        cell.request.limits.processes = SandboxLimits.Bound(12)
        do {
            let many = try await cell.run(
                "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do sleep 3 & done; echo all")
            #expect(!many.output.text.contains("all"))
            #expect(many.errorOutput.text.contains("fork"))
        } catch let error as SandboxUnavailable {
            // A machine that cannot hold the number must refuse, and nothing else.
            #expect(error.description.contains("no control group can be made here"))
        }
        cell.request.limits = SandboxLimits()
        cell.request.limits.cpuSeconds = 1
        let busy = try await cell.run("while :; do :; done")
        #expect(!busy.timedOut)
        #expect(busy.exitCode > 128)
    }

    @Test func `What ran into a bound of the whole command is said`() async throws {
        var cell = Cell(.bubblewrap)
        cell.request.limits.memoryMB = 100
        let sandbox = try await SandboxMachine().sandbox(for: cell.request)
        #expect(sandbox.summary.contains("100 MB"))
        // Without control groups (in most containers) each process is bounded, and gets an error instead.
        guard !sandbox.summary.contains("a process") else { return }
        let result = try await cell.run("python3 -c 'x = bytearray(300 << 20)'")
        #expect(
            result.findings == ["processes were killed because the command had used up the memory that it may have"])
    }

    @Test func `A sandbox that cannot be had is refused with the way out, unless it is optional`() async throws {
        let bare = SandboxMachine(programFolders: ["/nowhere"])
        var request = Cell(.bubblewrap).request
        await #expect(throws: SandboxUnavailable(description: "bwrap is missing; install the package bubblewrap")) {
            try await bare.sandbox(for: request)
        }
        request.isOptional = true
        let sandbox = try await bare.sandbox(for: request)
        #expect(sandbox.summary == "none: bwrap is missing; install the package bubblewrap")
        request.isOptional = false
        request.profile = .auto
        #expect(try await bare.sandbox(for: request).summary.hasPrefix("landlock "))
        #expect(try await SandboxMachine().sandbox(for: request).summary.hasPrefix("bubblewrap "))
    }

    @Test(arguments: profiles)
    func `A program that the sandbox does not show is named with the way out`(profile: SandboxRequest.Profile)
        async throws
    {
        let cell = Cell(profile)
        cell.scratch.write("home/tool", "#!/bin/sh\necho ran\n")
        chmod(cell.scratch.at("home/tool"), 0o755)
        do {
            _ = try await cell.run("true", shell: cell.scratch.at("home/tool"))
            Issue.record("the program was started")
        } catch let error as SubprocessError {
            #expect(error.code == "subprocess.sandbox")
            #expect(error.description.contains("\(cell.scratch.at("home/tool")) lies outside"))
        }
    }

    @Test func `F33 a command in a sandbox that is cancelled leaves nothing running`() async throws {
        let cell = Cell(.bubblewrap)
        let seconds = "87654.\(getpid())"
        let task = Task { try await cell.run("sleep \(seconds) & setsid sleep \(seconds)", grace: .zero) }
        #expect(await eventually { Processes.matching(seconds).count >= 2 })
        task.cancel()
        #expect(try await task.value.interruption == .cancelled)
        #expect(Processes.matching(seconds) == [])
    }
}
