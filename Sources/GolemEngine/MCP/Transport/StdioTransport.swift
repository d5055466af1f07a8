// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import Synchronization

/// A server that is a child process and speaks newline-delimited JSON.
///
/// The child and all that it starts live under a keeper (see `SpawnedProcess`), which kills them when this process
/// dies. It gets a clean environment: nothing of the engine's, whose variables hold keys and tokens.
final class StdioTransport: MCPTransport {
    let name = "stdio"
    let hasOwnStreams = false
    let sendsAtOnce = true
    let pid: Int32?
    let sandbox: String

    private let command: String
    private let process: SpawnedProcess
    private let input: MCPLineWriter
    private let limits: MCPLimits
    private let time: any TimeSource
    private let tasks = TaskRegistry()
    private let ended = Latch()
    private let isClosing = Atomic(false)
    private let lastLine = Mutex("")
    private let outcome = Mutex<Result<SubprocessResult, SubprocessError>?>(nil)

    private init(
        _ command: String, _ process: SpawnedProcess, pid: Int32?, sandbox: String, _ input: AsyncDescriptor,
        _ limits: MCPLimits, _ time: any TimeSource
    ) {
        self.command = command
        self.process = process
        self.pid = pid
        self.sandbox = sandbox
        self.input = MCPLineWriter(input, limit: limits.outgoing)
        self.limits = limits
        self.time = time
    }

    /// Starts the child; what it says goes to the receiver at once.
    static func start(
        command: String, arguments: [String], environment: [String: String], sandbox: Sandbox = .none,
        limits: MCPLimits, time: any TimeSource, receiver: any MCPReceiver
    ) async throws(MCPError) -> StdioTransport {
        var spec = SubprocessSpec(executable: command, arguments: arguments)
        spec.environment = Self.environment(configured: environment, in: sandbox)
        spec.sandbox = sandbox
        spec.directory = sandbox.startDirectory
        spec.grace = limits.termGrace
        spec.limits = [.coreSize(0)]
        let process: SpawnedProcess
        do throws(SubprocessError) {
            process = try SpawnedProcess(spec, input: true)
        } catch {
            throw MCPError(
                "connect_failed", "\(MCPText.cut(command, 200)): \(error.description)",
                mayHaveRun: false, endsConnection: true)
        }
        let pid = await process.waitForStart()
        guard let input = process.input else { throw Self.lost }
        let transport = StdioTransport(command, process, pid: pid, sandbox: sandbox.summary, input, limits, time)
        transport.run(receiver)
        return transport
    }

    /// The environment of children: what they need to find programs and their home, and what is configured.
    private static func environment(configured: [String: String], in sandbox: Sandbox) -> [String: String] {
        var result = ["LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin"]
        for name in ["PATH", "HOME", "TZ"] {
            if let value = getenv(name) { result[name] = String(cString: value) }
        }
        // Where programs cannot see the home they get one that they can write.
        if let workspace = sandbox.workspace, let home = result["HOME"], !sandbox.shows(home) {
            result["HOME"] = workspace
        }
        return result.merging(configured) { $1 }
    }

    func send(_ message: MCPOutgoing) async throws(MCPError) {
        do throws(MCPError) {
            try input.write(message.body, id: message.id)
        } catch {
            guard error.code == "closed" else { throw error }
            // Who reads no more has ended or is about to; then its exit code says more.
            _ = try? await time.withDeadline(.seconds(1)) { await self.ended.wait() }
            var cause = ended.isOpen ? endError : error
            cause.mayHaveRun = false
            throw cause
        }
    }

    func withdraw(_ id: Int64) -> Bool { input.withdraw(id) }

    func didNegotiate(_ revision: MCPRevision) {}

    func close(isHasty: Bool) async {
        if !isClosing.exchange(true, ordering: .relaxed) {
            tasks.start { await self.end(isHasty: isHasty) }
        }
        await tasks.waitUntilEmpty()
    }

    private func run(_ receiver: any MCPReceiver) {
        tasks.start {
            let result = await self.process.waitForEnd()
            self.outcome.withLock { $0 = result }
            self.process.output.endWhenEmpty()
            self.process.errorOutput.endWhenEmpty()
            self.input.close()
            self.ended.open()
        }
        tasks.start { await self.process.watch() }
        tasks.start { await self.input.run() }
        tasks.start { await self.readErrors(receiver) }
        tasks.start {
            let error = await self.readMessages(receiver)
            await self.finish(receiver, error)
        }
    }

    /// Input closed, then SIGTERM, then SIGKILL by the keeper.
    private func end(isHasty: Bool) async {
        input.close()
        guard !isHasty else { return process.kill() }
        _ = try? await time.withDeadline(limits.stdinGrace) { await self.ended.wait() }
        if !ended.isOpen { process.terminate() }
    }

    /// The server has nothing more to say: says why, and ends what is left of it.
    private func finish(_ receiver: any MCPReceiver, _ error: MCPError?) async {
        input.close()
        if let error {
            receiver.connectionEnded(error)
        } else {
            // Who closes its output is about to end; then its exit code says more.
            _ = try? await time.withDeadline(.seconds(1)) { await self.ended.wait() }
            receiver.connectionEnded(endError)
        }
        if !ended.isOpen { process.terminate() }
    }

    private var endError: MCPError {
        var text = "the server closed its output"
        switch outcome.withLock({ $0 }) {
        case .success(let result):
            switch result.termination {
            case .exited(let code): text = "the server ended with exit code \(code)"
            case .signalled(let number): text = "the server was ended by signal \(number)"
            }
            for finding in result.findings { text += "; \(finding)" }
        case .failure(let error): text = "\(MCPText.cut(command, 200)): \(error.description)"
        case nil: break
        }
        let last = lastLine.withLock { $0 }
        if !last.isEmpty { text += "; its last words: \(MCPText.cut(last, 300))" }
        return MCPError("closed", text, endsConnection: true)
    }

    /// Reads messages until the end; gives what the server did wrong, if that is why.
    private func readMessages(_ receiver: any MCPReceiver) async -> MCPError? {
        var lines = LineSplitter(limit: limits.message, excess: .skipped)
        var garbage = 0
        var firstGarbage = ""
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while let count = try? await process.output.read(into: &buffer, isCancellable: false), count > 0 {
            buffer.withUnsafeBufferPointer { bytes in
                func skip(_ head: [UInt8], _ tail: [UInt8]) {
                    receiver.receive(oversized: MCPOversized(head: head, tail: tail), limit: limits.message)
                }
                lines.feed(UnsafeBufferPointer(rebasing: bytes[..<count]), skipped: skip) { line in
                    guard !line.isEmpty, garbage <= limits.garbageLines else { return }
                    if let messages = MCPMessage.all(in: line) {
                        garbage = 0
                        for message in messages { receiver.receive(message) }
                    } else {
                        garbage += 1
                        let text = String(decoding: line.prefix(limits.logLine), as: UTF8.self)
                        if garbage == 1 { firstGarbage = MCPText.cut(text, 120) }
                        receiver.receive(log: "stdout", "not a message: \(text)")
                    }
                }
            }
            guard garbage <= limits.garbageLines else {
                return MCPError(
                    "protocol",
                    "the server writes \(garbage) lines to its output that are no messages, first: \(firstGarbage)",
                    endsConnection: true)
            }
        }
        process.output.close()
        return nil
    }

    /// Reads the child's standard error, always: a full pipe would stop it.
    private func readErrors(_ receiver: any MCPReceiver) async {
        var lines = LineSplitter(limit: limits.logLine, excess: .cut)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        func take(_ line: UnsafeBufferPointer<UInt8>) {
            guard !line.isEmpty else { return }
            let text = String(decoding: line, as: UTF8.self)
            lastLine.withLock { $0 = text }
            receiver.receive(log: "stderr", text)
        }
        while let count = try? await process.errorOutput.read(into: &buffer, isCancellable: false), count > 0 {
            buffer.withUnsafeBufferPointer { bytes in
                lines.feed(UnsafeBufferPointer(rebasing: bytes[..<count]), take)
            }
        }
        lines.finish(take)
        process.errorOutput.close()
    }

    private static let lost = MCPError(
        "connect_failed", "the server's process has no input", mayHaveRun: false, endsConnection: true)
}
