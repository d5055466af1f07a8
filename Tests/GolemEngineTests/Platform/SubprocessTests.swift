// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import GolemEngine
import Testing

private let path = "/usr/local/bin:/usr/bin:/bin"

private func shell(_ script: String, deadline: Duration? = .seconds(20)) -> SubprocessSpec {
    var spec = SubprocessSpec(executable: "/bin/sh", arguments: ["-c", script], environment: ["PATH": path])
    spec.deadline = deadline
    spec.grace = .milliseconds(300)
    return spec
}

@Suite struct SubprocessTests {
    @Test func `F26 whoever kills all processes of the engine's name leaves the keepers to their work`() async throws {
        let spec = SubprocessSpec(
            executable: "/bin/sh", arguments: ["-c", "cat /proc/$PPID/comm; tr -d '\\0' < /proc/$PPID/cmdline"],
            environment: ["PATH": "/usr/bin:/bin"])
        #expect(try await Subprocess.run(spec).output.text == "toolkeeper\ntoolkeeper")
    }

    @Test func `Output, errors and the exit code come back`() async throws {
        let result = try await Subprocess.run(shell("echo out; echo err >&2; exit 7"))
        #expect(result.termination == .exited(7))
        #expect(result.output.text == "out\n")
        #expect(result.errorOutput.text == "err\n")
        #expect(!result.timedOut)
        #expect(result.leftoversKilled == 0)
    }

    @Test func `A signal is not an exit code`() async throws {
        let result = try await Subprocess.run(shell("kill -SEGV $$"))
        #expect(result.termination == .signalled(SIGSEGV))
        #expect(result.exitCode == 128 + SIGSEGV)
    }

    @Test func `The environment is exactly the given one`() async throws {
        setenv("GOLEM_TEST_SECRET", "must-not-leak", 1)
        var spec = SubprocessSpec(executable: "env", environment: ["PATH": path, "A": "1 2"])
        spec.deadline = .seconds(20)
        let result = try await Subprocess.run(spec)
        #expect(result.output.text.split(separator: "\n").sorted() == ["A=1 2", "PATH=\(path)"])
    }

    @Test func `The input is handed over whole and a command that ignores it is no error`() async throws {
        var spec = shell("wc -c")
        spec.input = [UInt8](repeating: 65, count: 3_000_000)
        #expect(try await Subprocess.run(spec).output.text == "3000000\n")
        spec.arguments = ["-c", "exit 3"]
        #expect(try await Subprocess.run(spec).termination == .exited(3))
    }

    @Test func `Without input the command reads an empty file`() async throws {
        #expect(try await Subprocess.run(shell("wc -c")).output.text == "0\n")
    }

    @Test func `No descriptor and no signal setting of this process reaches the command`() async throws {
        let leaked = dup(2)  // not closed on exec
        defer { close(leaked) }
        let result = try await Subprocess.run(
            shell("ls /proc/self/fd | tr '\\n' ' '; grep -E 'Sig(Blk|Ign)' /proc/self/status"))
        let text = result.output.text
        #expect(text.hasPrefix("0 1 2 3 "))  // 3 is the directory that ls reads
        #expect(text.contains("SigBlk:\t0000000000000000"))
        #expect(text.contains("SigIgn:\t0000000000000000"))
    }

    @Test func `The command has no controlling terminal and a group of its own`() async throws {
        let result = try await Subprocess.run(
            shell("echo hi 2>/dev/null >/dev/tty || echo none; ps -o pgid= -p $$; echo $$"))
        let words = result.output.text.split(whereSeparator: \.isWhitespace)
        #expect(words.first == "none")
        #expect(words.dropFirst().first == words.last)
    }

    @Test func `It starts in the given directory, by path or by descriptor`() async throws {
        let scratch = Scratch()
        var spec = shell("pwd")
        spec.directory = .path(scratch.path)
        #expect(try await Subprocess.run(spec).output.text == "\(scratch.path)\n")
        let handle = clinux_open(scratch.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        defer { close(handle) }
        spec.directory = .descriptor(handle)
        #expect(try await Subprocess.run(spec).output.text == "\(scratch.path)\n")
    }

    @Test func `What cannot be started is an error with a code`() async throws {
        let scratch = Scratch()
        scratch.write("data", "x")
        var spec = shell("true")
        spec.executable = "/no/such/command"
        await #expect(throws: SubprocessError.self) { try await Subprocess.run(spec) }
        func code(_ spec: SubprocessSpec) async -> String? {
            do throws(SubprocessError) {
                _ = try await Subprocess.run(spec)
                return nil
            } catch { return error.code }
        }
        #expect(await code(spec) == "subprocess.not_found")
        spec.executable = "no-such-command-anywhere"
        #expect(await code(spec) == "subprocess.not_found")
        spec.executable = scratch.at("data")
        #expect(await code(spec) == "subprocess.not_executable")
        spec.executable = "/bin/sh"
        spec.directory = .path(scratch.at("missing"))
        #expect(await code(spec) == "subprocess.directory")
        spec.arguments = ["a\0b"]
        #expect(await code(spec) == "subprocess.invalid")
    }

    @Test func `F33 a timed-out command leaves no children`() async throws {
        let seconds = Processes.uniqueSeconds()
        let script = """
            trap '' TERM
            sleep \(seconds) &
            setsid sleep \(seconds) &
            (setsid sh -c 'trap "" TERM HUP; sleep \(seconds) & wait' &) &
            sleep \(seconds) | cat
            wait
            """
        let result = try await Subprocess.run(shell(script, deadline: .milliseconds(500)))
        #expect(result.timedOut)
        #expect(Processes.matching(seconds) == [])
        #expect(result.leftoversKilled > 0)
        #expect(result.duration < .seconds(10))
    }

    @Test func `F33 a background child that holds the pipe does not hold up the result`() async throws {
        let seconds = Processes.uniqueSeconds()
        let result = try await Subprocess.run(shell("echo done; sleep \(seconds) & setsid -f sleep \(seconds); exit 4"))
        #expect(result.termination == .exited(4))
        #expect(result.output.text == "done\n")
        #expect(!result.timedOut)
        #expect(result.leftoversKilled > 0)
        #expect(Processes.matching(seconds) == [])
        #expect(result.duration < .seconds(10))
    }

    @Test func `F33 a command that ends on request is not killed`() async throws {
        var spec = shell(
            "trap 'echo bye; exit 9' TERM; echo ready; while :; do sleep 0.01; done", deadline: .seconds(1))
        spec.grace = .seconds(10)
        let result = try await Subprocess.run(spec)
        #expect(result.timedOut)
        #expect(result.termination == .exited(9))
        #expect(result.output.text.hasSuffix("bye\n"))
    }

    @Test func `F33 output is capped head and tail and counted`() async throws {
        var spec = shell("seq 1 2000000; yes é | head -c 400001 >&2")
        spec.outputHead = 1_000
        spec.outputTail = 1_000
        let result = try await Subprocess.run(spec)
        #expect(result.output.text.hasPrefix("1\n2\n3\n"))
        #expect(result.output.text.hasSuffix("1999999\n2000000\n"))
        #expect(result.output.total == 14_888_896)
        #expect(result.output.dropped == 14_888_896 - 2_000)
        #expect(result.output.text.contains("bytes left out"))
        #expect(!result.errorOutput.text.dropLast().contains("\u{FFFD}"))
        #expect(result.errorOutput.text.utf8.count < 2_100)
    }

    @Test func `F33 cancelling the task ends the command and its children`() async throws {
        let seconds = Processes.uniqueSeconds()
        let task = Task {
            try await Subprocess.run(shell("echo started; setsid sleep \(seconds) & sleep \(seconds)", deadline: nil))
        }
        #expect(await eventually { Processes.matching(seconds).count >= 3 })
        task.cancel()
        let result = try await task.value
        #expect(result.interruption == .cancelled)
        #expect(result.output.text == "started\n")
        #expect(Processes.matching(seconds) == [])
    }

    @Test func `A command started in a cancelled task ends at once`() async throws {
        let seconds = Processes.uniqueSeconds()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await Subprocess.run(shell("sleep \(seconds)", deadline: nil))
        }
        #expect(try await task.value.interruption == .cancelled)
        #expect(Processes.matching(seconds) == [])
    }

    @Test func `F33 a command that kills its keeper is found out and killed`() async throws {
        let seconds = Processes.uniqueSeconds()
        await #expect(throws: SubprocessError.self) {
            try await Subprocess.run(shell("sleep \(seconds) & kill -9 $PPID; sleep \(seconds)", deadline: .seconds(5)))
        }
        #expect(await eventually { Processes.matching(seconds).isEmpty })
    }

    @Test func `Bounds of the kernel hold`() async throws {
        var spec = shell("ulimit -n; ulimit -c; while :; do :; done")
        spec.limits = [.cpuSeconds(1), .openFiles(64), .coreSize(0)]
        let result = try await Subprocess.run(spec)
        #expect(result.output.text == "64\n0\n")
        #expect(result.termination == .signalled(SIGKILL) || result.termination == .signalled(SIGXCPU))
    }

    @Test func `Two hundred commands at once leave no descriptor, child or zombie`() async throws {
        _ = try await Subprocess.run(shell("true"))
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await Subprocess.run(shell("echo \(number)", deadline: .seconds(60))).output.text
                        == "\(number)\n"
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
        let children = Scratch.names("/proc/self/task").flatMap { thread in
            (Scratch.text("/proc/self/task/\(thread)/children") ?? "").split(separator: " ")
        }
        let zombies = children.filter { Scratch.text("/proc/\($0)/comm") == "toolkeeper\n" }
            .filter { Scratch.text("/proc/\($0)/stat")?.contains(") Z ") ?? false }
        #expect(await eventually { zombies.allSatisfy { !Scratch.names("/proc").contains(String($0)) } })
    }
}

@Suite struct OutputCaptureTests {
    @Test(arguments: [1, 2, 3, 5, 7, 64]) func `Head and tail are exact for every size of the pieces`(piece: Int) {
        let bytes = (0..<200).map { UInt8($0) }
        var capture = OutputCapture(head: 13, tail: 17)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            capture.append(bytes[start..<min(start + piece, bytes.count)])
        }
        #expect(capture.bytes == bytes.prefix(13) + bytes.suffix(17))
        #expect(capture.dropped == 170)
        #expect(capture.total == 200)
    }

    @Test func `Nothing is dropped when everything fits`() {
        var capture = OutputCapture(head: 4, tail: 4)
        capture.append(Array("héllo!!".utf8))
        #expect(capture.dropped == 0)
        #expect(capture.text == "héllo!!")
    }

    @Test(arguments: 0..<12) func `No character is cut in two`(limit: Int) {
        var capture = OutputCapture(head: limit, tail: limit)
        capture.append(Array(String(repeating: "aé漢😀", count: 40).utf8))
        #expect(!capture.text.contains("\u{FFFD}"))
    }

    @Test func `Bytes that are no text are replaced, also at the cut`() {
        var capture = OutputCapture(head: 3, tail: 3)
        capture.append([UInt8](repeating: 0xFF, count: 100))
        #expect(capture.text.contains("\u{FFFD}"))
    }
}
