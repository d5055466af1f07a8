// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// Tries whether a sandbox holds: a command in it looks for a hidden file, and writes where it must not and where it may.
enum SandboxTrial {
    /// Why the sandbox does not hold; nil when it does.
    static func failure(of sandbox: Sandbox) async -> String? {
        var template = Array("/tmp/.golem-trial-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return SystemError.current("mkdtemp").description }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let (hidden, workspace) = ("\(folder)/hidden", "\(folder)/workspace")
        let files = ["\(hidden)/file", "\(folder)/outside", "\(workspace)/inside"]
        defer {
            for file in files { unlink(file) }
            for path in ["\(workspace)/.tmp", workspace, hidden, folder] { rmdir(path) }
        }
        guard mkdir(hidden, 0o700) == 0, mkdir(workspace, 0o700) == 0 else {
            return SystemError.current("mkdir").description
        }
        do throws(SystemError) {
            try AtomicFile.write(Array("visible\n".utf8), to: files[0], mode: 0o600)
        } catch {
            return error.description
        }
        var trial = sandbox
        trial.hidden += [hidden]
        trial.workspace = workspace
        (trial.readable, trial.writable) = ([], [])
        var script = "if read line < \(files[0]); then echo 'a hidden file can be read'; exit 1; fi 2>/dev/null\n"
        // May seem to succeed, in a file system of the sandbox's own; what counts is what is there afterwards.
        script += "(: > \(files[1])) 2>/dev/null\n: > \(files[2])"
        var spec = SubprocessSpec(
            executable: "/bin/sh", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin"])
        spec.sandbox = trial
        spec.deadline = .seconds(10)
        do throws(SubprocessError) {
            let result = try await Subprocess.run(spec)
            guard result.termination == .exited(0) else {
                let words = (result.output.text + result.errorOutput.text).trimmed
                return words.isEmpty ? "a command in it ended with \(result.exitCode)" : words
            }
        } catch {
            return error.description
        }
        guard access(files[2], F_OK) == 0 else { return "what a command writes to the workspace is lost" }
        if case .hiding = sandbox.means { return nil }
        return access(files[1], F_OK) == 0 ? "a command can write outside of the workspace" : nil
    }
}
