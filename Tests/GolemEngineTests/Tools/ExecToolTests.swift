// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemEvents
import Testing

private func makeBox(_ workspace: Workspace, timeout: Duration = .seconds(20)) -> ToolBox {
    var options = ExecTool.Options()
    options.timeout = timeout
    options.sandbox.hidden = [workspace.scratch.at("home"), workspace.scratch.at("home/ws/state")]
    let exec = ExecTool(files: workspace.files, options: options, machine: SandboxMachine())
    return ToolBox(tools: exec.tools, workspace: workspace)
}

@Suite struct ExecToolTests {
    @Test func `A command's output and exit code come back, a failure is no error`() async throws {
        let box = makeBox(try Workspace())
        #expect(
            await box.json("exec", ["command": "echo out; echo err >&2; exit 3"])
                == ["stdout": "out\n", "stderr": "err\n", "exit_code": 3])
        let result = await box.call("exec", ["command": "true"])
        #expect(result.outcome == .ok)
        #expect(result.isUntrusted)
        #expect(await box.call("exec", ["command": "  "]).content == "command is required")
    }

    @Test func `F33 running into the deadline is its own outcome and leaves nothing running`() async throws {
        let box = makeBox(try Workspace(), timeout: .seconds(2))
        let seconds = Processes.uniqueSeconds()
        let result = await box.call(
            "exec", ["command": .string("echo begun; setsid sleep \(seconds) & sleep \(seconds) | cat")])
        #expect(result.outcome == .timeout)
        #expect(result.content.contains("begun"))
        #expect(result.content.contains("was ended after"))
        #expect(Processes.matching(seconds) == [])
    }

    @Test func `The environment is clean and home is the workspace`() async throws {
        setenv("GOLEM_TEST_TOKEN", "must-not-leak", 1)
        let workspace = try Workspace()
        let box = makeBox(workspace)
        let result = await box.json("exec", ["command": "env; pwd"])
        let lines = (result["stdout"]?.stringValue ?? "").split(separator: "\n").map(String.init)
        let names = Set(lines.compactMap { $0.contains("=") ? String($0.prefix { $0 != "=" }) : nil })
        #expect(names.subtracting(["TZ", "PWD", "OLDPWD", "SHLVL", "_"]) == ["PATH", "HOME", "LANG", "TERM"])
        #expect(lines.contains("HOME=\(workspace.files.path)"))
        #expect(lines.last == workspace.files.path)
        #expect(!lines.contains { $0.contains("must-not-leak") })
    }

    @Test func `The working directory is relative to the workspace and stays inside`() async throws {
        let workspace = try Workspace()
        let box = makeBox(workspace)
        let inside = await box.json("exec", ["command": "pwd", "working_dir": "sub"])
        #expect(inside["stdout"] == .string(workspace.files.path + "/sub\n"))
        workspace.scratch.link("home/ws/out", to: "/etc")
        for directory in ["..", "/etc", "out", "state", "missing"] {
            let result = await box.call("exec", ["command": "pwd", "working_dir": .string(directory)])
            #expect(result.outcome == .error)
            #expect(result.content.hasPrefix("Working directory rejected"))
        }
    }

    @Test func `Commands work in the workspace as usual`() async throws {
        let workspace = try Workspace()
        workspace.write("a", "1")
        let box = makeBox(workspace)
        let script = """
            set -e
            echo x > new.txt; mkdir -p d/e; mv a d/e/b; ln d/e/b d/link; cp d/e/b sub/c; rm sub/c; ls > list
            echo y > /dev/null; head -c 4 /dev/urandom | wc -c; printf a | cat - /dev/stdin </dev/null; test -e /etc/passwd
            """
        let result = await box.json("exec", ["command": .string(script)])
        #expect(result["exit_code"] == 0, "\(result)")
        #expect(workspace.read("new.txt") == "x\n")
        #expect(workspace.read("d/e/b") == "1")
    }

    @Test func `Output beyond the cap is left out in the middle`() async throws {
        let result = await makeBox(try Workspace()).json("exec", ["command": "seq 1 100000; echo end"])
        let text = result["stdout"]?.stringValue ?? ""
        #expect(text.hasPrefix("1\n2\n"))
        #expect(text.hasSuffix("100000\nend\n"))
        #expect(text.contains("bytes left out"))
        #expect(text.utf8.count < 60_000)
    }

    @Test(arguments: [
        "rm -rf /", "rm -rf /*", "rm --recursive --force /", "sudo rm -fr ~", "rm -r -f $HOME/", "cd /; rm -rf / ; ls",
        "mkfs.ext4 /dev/sda", "dd if=/dev/zero of=/dev/sda", ":(){ :|:& };:", "X=1 rm -rf '/'",
        "rm -rf --no-preserve-root /x",
    ])
    func `What would destroy the machine by accident is refused`(command: String) async throws {
        let result = await makeBox(try Workspace()).call("exec", ["command": .string(command)])
        #expect(result.outcome == .denied)
        #expect(result.content.hasPrefix("Blocked dangerous command"))
    }

    @Test(arguments: ["echo mkfs", "dd if=/dev/zero of=x bs=1 count=1", "rm -rf ./tmp/x", "echo 'rm -rf /'", "ls /"])
    func `Harmless commands that look alike are not refused`(command: String) async throws {
        #expect(await makeBox(try Workspace()).call("exec", ["command": .string(command)]).outcome == .ok)
    }
}

@Suite struct ExecConfinementTests {
    /// Ways to the protected files that a command may try; each prints what it finds.
    private static let attacks = [
        "cat state/approvals.json", "cat ../config.json", "cat $HOME/../config.json", "cat */approvals.json",
        "ln state/approvals.json x; cat x", "cp -r state copy; cat copy/*", "mv state moved; cat moved/*",
        "cat /proc/$PPID/root$PWD/state/approvals.json", "cat /proc/1/root$PWD/state/approvals.json",
        "for p in /proc/[0-9]*; do cat $p/root$PWD/state/approvals.json $p/cwd/state/approvals.json; done",
        "umount state; cat state/approvals.json", "umount -l $PWD/..; cat ../config.json",
        "unshare -Urm sh -c 'umount state; cat state/approvals.json'",
        "unshare -m sh -c 'umount state; cat state/approvals.json'",
        "nsenter -t 1 -m cat $PWD/state/approvals.json", "nsenter -t $PPID -m cat $PWD/state/approvals.json",
        "mkdir m; mount --bind / m; cat m$PWD/state/approvals.json",
        // Without the largest trees of the system, in which the workspace does not lie.
        "find / -xdev \\( -path /usr -o -path /opt -o -path /var/lib \\) -prune -o -name .build -prune "
            + "-o -name approvals.json -exec cat {} \\; 2>/dev/null", "tar c . | tar xO",
        "cat state/../state/approvals.json", "cd state && cat approvals.json",
        "cat /proc/self/cwd/state/approvals.json",
        "cat /proc/*/environ",
        "python3 -c \"import os;print(open(os.open('state',0x200000).__str__()))\"; cat state/approvals.json",
    ]

    @Test(arguments: attacks)
    func `F49 no command reads the state folder or the configuration`(attack: String) async throws {
        let workspace = try Workspace()
        setenv("GOLEM_TEST_API_KEY", workspace.secret, 1)
        let result = await makeBox(workspace, timeout: .seconds(60)).call("exec", ["command": .string(attack)])
        #expect(!result.content.contains(workspace.secret))
        #expect(workspace.read("state/approvals.json") == workspace.secret)
        #expect(workspace.scratch.read("home/config.json") == workspace.secret)
    }

    @Test(arguments: [
        "echo owned > state/approvals.json", "rm -rf state", "mv state gone", "echo owned > ../config.json",
        "rm ../config.json", "mv sub/../state x; mkdir state; echo owned > state/approvals.json",
        "touch state/new", "chmod 777 state; echo owned > state/approvals.json", "truncate -s 0 state/approvals.json",
    ])
    func `F49 no command changes the state folder or the configuration`(attack: String) async throws {
        let workspace = try Workspace()
        _ = await makeBox(workspace).call("exec", ["command": .string(attack)])
        #expect(workspace.names("state") == ["approvals.json"])
        #expect(workspace.read("state/approvals.json") == workspace.secret)
        #expect(workspace.scratch.read("home/config.json") == workspace.secret)
    }

    @Test func `F49 without the sandbox the same commands do read the state folder`() async throws {
        // Proves that the attacks above are attacks on this machine.
        let workspace = try Workspace()
        for attack in Self.attacks.prefix(4) + ["cat /proc/$PPID/root$PWD/state/approvals.json"] {
            var spec = SubprocessSpec(executable: "/bin/sh", arguments: ["-c", attack])
            spec.environment = ["PATH": "/usr/bin:/bin", "HOME": workspace.files.path]
            spec.directory = .path(workspace.files.path)
            spec.deadline = .seconds(20)
            #expect(try await Subprocess.run(spec).output.text.contains(workspace.secret), "\(attack)")
        }
    }

    @Test func `F49 a command cannot end or stop the server or its keeper`() async throws {
        let workspace = try Workspace()
        let result = await makeBox(workspace).json(
            "exec", ["command": .string("kill -9 $PPID; kill -STOP $PPID; kill -0 \(getpid()); echo alive")])
        #expect(result["stdout"] == "alive\n")
        #expect(result["exit_code"] == 0)
    }

    @Test(arguments: HidingStrength.allCases)
    func `F49 every means hides the places by itself`(strength: HidingStrength) async throws {
        let workspace = try Workspace()
        let home = workspace.scratch.at("home")
        for script in ["cat state/approvals.json", "cat ../config.json", "cat \(home)/ws/state/*", "echo x > state/y"] {
            var spec = SubprocessSpec(executable: "/bin/sh", arguments: ["-c", script])
            spec.environment = ["PATH": "/usr/bin:/bin"]
            spec.directory = .path(workspace.files.path)
            spec.deadline = .seconds(20)
            spec.sandbox = .hiding(strength, [home, "\(home)/ws/state"], workspace: workspace.files.path)
            let result = try await Subprocess.run(spec)
            #expect(result.termination != .exited(0))
            #expect(!result.output.text.contains(workspace.secret))
            spec.arguments = ["-c", "ls; echo z > sub/z; cat sub/z"]
            #expect(try await Subprocess.run(spec).output.text.hasSuffix("sub\nz\n"))
        }
        #expect(workspace.names("state") == ["approvals.json"])
    }

    @Test func `A machine without the sandbox that is asked for says so and runs nothing`() async throws {
        let workspace = try Workspace()
        var options = ExecTool.Options()
        options.sandbox = SandboxRequest(.bubblewrap)
        let bare = SandboxMachine(programFolders: [])
        let box = ToolBox(
            tools: ExecTool(files: workspace.files, options: options, machine: bare).tools, workspace: workspace)
        let result = await box.call("exec", ["command": "touch ran"])
        #expect(result.outcome == .error)
        #expect(
            result.content.contains("tools.exec.sandbox") && result.content.contains("install the package bubblewrap"))
        #expect(!workspace.names("").contains("ran"))
    }
}
