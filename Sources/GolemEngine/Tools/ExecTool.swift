// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
package import GolemEvents

/// The tool that runs shell commands.
///
/// A command gets a clean environment, ends at its deadline with everything that it started, and runs in the sandbox that
/// is asked for or not at all.
package final class ExecTool: Sendable {
    /// How commands are run.
    package struct Options: Sendable {
        /// How long a command may take.
        package var timeout: Duration = .seconds(60)
        /// Whether the working directory must lie in the workspace.
        package var restrictsToWorkspace = true
        /// How many bytes of each output stream are kept, half of its beginning and half of its end.
        package var outputLimit = 48 * 1_024
        /// What commands may see, write and reach; the workspace is put in.
        package var sandbox = SandboxRequest(.hide)
        /// The search path of commands.
        package var path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

        /// Makes the defaults.
        package init() {}
    }

    private let files: WorkspaceFiles
    private let options: Options
    private let machine: SandboxMachine

    /// Makes the tool for a workspace.
    package init(files: WorkspaceFiles, options: Options, machine: SandboxMachine) {
        self.files = files
        self.options = options
        self.machine = machine
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

    /// The sandbox that commands get.
    package func sandbox() async throws(SandboxUnavailable) -> Sandbox {
        var request = options.sandbox
        request.workspace = files.path
        return try await machine.sandbox(for: request)
    }

    /// What commands are kept from, for operators; tries it on this machine.
    package func sandboxReport() async -> ToolSandboxReported {
        do throws(SandboxUnavailable) {
            return ToolSandboxReported(tool: "exec", summary: try await sandbox().summary)
        } catch {
            return ToolSandboxReported(
                tool: "exec", summary: options.sandbox.profile.rawValue, problem: error.description)
        }
    }

    private func run(_ command: String, directory: String?) async throws -> ToolResult {
        if let reason = CommandGuard.refusal(of: command) {
            return ToolResult(outcome: .denied, content: "Blocked dangerous command: \(reason)")
        }
        let sandbox: Sandbox
        do throws(SandboxUnavailable) {
            sandbox = try await self.sandbox()
        } catch {
            return .error("Commands are not run: the sandbox (tools.exec.sandbox) cannot be had: \(error)")
        }
        let start: SubprocessSpec.Directory
        do {
            start = try await workingDirectory(directory)
        } catch let error as FileAccessError {
            return .error("Working directory rejected: \(error)")
        }
        let result = try await Self.run(
            command, in: sandbox, workspace: files.path, directory: start, path: options.path,
            deadline: options.timeout, outputLimit: options.outputLimit)
        return Self.result(of: result, timeout: options.timeout)
    }

    /// Runs a command as the tool does, without a look at what it is.
    ///
    /// Nothing of the server's own environment is passed on, which holds keys and tokens.
    package static func run(
        _ command: String, in sandbox: Sandbox, workspace: String, directory: SubprocessSpec.Directory? = nil,
        path: String = Options().path, deadline: Duration, outputLimit: Int
    ) async throws(SubprocessError) -> SubprocessResult {
        var environment = ["PATH": path, "HOME": workspace, "LANG": "C.UTF-8", "TERM": "dumb"]
        if let zone = getenv("TZ") { environment["TZ"] = String(cString: zone) }
        var spec = SubprocessSpec(executable: "/bin/sh", arguments: ["-c", command], environment: environment)
        spec.directory = directory ?? .path(workspace)
        spec.deadline = deadline
        spec.outputHead = outputLimit / 2
        spec.outputTail = outputLimit / 2
        spec.limits = [.coreSize(0)]
        spec.sandbox = sandbox
        return try await Subprocess.run(spec)
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
        var notes = result.findings
        if result.leftoversKilled > 0 {
            notes.append("\(result.leftoversKilled) processes that the command left behind were ended")
        }
        if !notes.isEmpty { members["note"] = .string(notes.joined(separator: "; ")) }
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
