// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEvents
import Synchronization

/// The tool that runs shell commands.
///
/// A command gets a clean environment, ends at its deadline with everything that it started, and cannot see the places
/// that are hidden from it. It can reach the network.
package final class ExecTool: Sendable {
    /// How commands are run.
    package struct Options: Sendable {
        /// How long a command may take.
        package var timeout: Duration = .seconds(60)
        /// Whether the working directory must lie in the workspace.
        package var restrictsToWorkspace = true
        /// Files and folders that no command may see, absolute: the state folder, the configuration.
        package var hidden: [String] = []
        /// How many bytes of each output stream are kept, half of its beginning and half of its end.
        package var outputLimit = 48 * 1_024
        /// Whether commands run although this machine offers no means to hide those places.
        package var allowsUnconfined = false
        /// The search path of commands.
        package var path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

        /// Makes the defaults.
        package init() {}
    }

    private let files: WorkspaceFiles
    private let options: Options
    private let probed = Mutex<Sandbox.Strength?>(nil)

    /// Makes the tool for a workspace.
    package init(files: WorkspaceFiles, options: Options) {
        self.files = files
        self.options = options
    }

    /// `exec`.
    package var tools: [any Tool] {
        [
            BuiltInTool(
                "exec", "Run a shell command in the workspace and return its output and exit code.",
                [
                    .string("command", "The command, for sh -c"),
                    .string(
                        "working_dir", "The directory to run it in (default: the workspace)", isRequired: false),
                ], hasSideEffects: true
            ) { [self] arguments, _ in
                try await run(
                    try arguments.nonBlank("command"), directory: try arguments.optionalString("working_dir"))
            }
        ]
    }

    /// By what means commands are kept away from the hidden places on this machine; probed at the first call.
    package func confinement() async -> Sandbox.Strength {
        if let known = probed.withLock({ $0 }) { return known }
        let strength = await Sandbox.probe()
        // A cancelled probe proves nothing.
        if !Task.isCancelled { probed.withLock { $0 = strength } }
        return strength
    }

    private func run(_ command: String, directory: String?) async throws -> ToolResult {
        if let reason = CommandGuard.refusal(of: command) {
            return ToolResult(outcome: .denied, content: "Blocked dangerous command: \(reason)")
        }
        let strength = await confinement()
        guard strength > .none || options.allowsUnconfined || options.hidden.isEmpty else {
            return .error(
                "commands are not run: this machine offers neither user namespaces nor Landlock, so they could read "
                    + "and change the server's own files")
        }
        var spec = SubprocessSpec(
            executable: "/bin/sh", arguments: ["-c", command], environment: environment)
        do {
            spec.directory = try await workingDirectory(directory)
        } catch let error as FileAccessError {
            return .error("Working directory rejected: \(error)")
        }
        spec.deadline = options.timeout
        spec.outputHead = options.outputLimit / 2
        spec.outputTail = options.outputLimit / 2
        spec.limits = [.coreSize(0)]
        spec.sandbox = Sandbox(strength: strength, hidden: options.hidden, visible: files.path)
        return Self.result(of: try await Subprocess.run(spec), timeout: options.timeout)
    }

    /// Nothing of the server's own environment, which holds keys and tokens.
    private var environment: [String: String] {
        var result = ["PATH": options.path, "HOME": files.path, "LANG": "C.UTF-8", "TERM": "dumb"]
        if let zone = getenv("TZ") { result["TZ"] = String(cString: zone) }
        return result
    }

    private func workingDirectory(_ given: String?) async throws -> SubprocessSpec.Directory {
        guard let given else { return .path(files.path) }
        if !options.restrictsToWorkspace, given.hasPrefix("/") { return .path(given) }
        let root = files.path
        return try await files.perform { files in
            guard let status = try files.status(given) else { throw FileAccessError.notFound(given) }
            guard status.isDirectory else { throw FileAccessError.notADirectory(given) }
            let path = status.path.isEmpty ? root : "\(root)/\(status.path)"
            return .verifiedPath(path, device: status.device, inode: status.inode)
        }
    }

    private static func result(of result: SubprocessResult, timeout: Duration) -> ToolResult {
        var members: [String: JSONValue] = [
            "stdout": .string(result.output.text), "stderr": .string(result.errorOutput.text),
            "exit_code": .integer(Int64(result.exitCode)),
        ]
        if result.leftoversKilled > 0 {
            members["note"] = .string("\(result.leftoversKilled) processes that the command left behind were ended")
        }
        switch result.interruption {
        case .deadline?:
            members["note"] = .string("the command was ended after \(timeout.components.seconds) seconds")
            return ToolResult(outcome: .timeout, content: JSONValue.object(members).text, isUntrusted: true)
        case .cancelled?:
            members["note"] = "the command was cancelled"
            return ToolResult(outcome: .cancelled, content: JSONValue.object(members).text, isUntrusted: true)
        case nil: return .ok(JSONValue.object(members).text, isUntrusted: true)
        }
    }
}
