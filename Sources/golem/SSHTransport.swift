// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEngine
import Synchronization

/// Reaches an engine on another machine: `ssh host golem attach --stdio`.
///
/// The first ssh may ask its questions on the terminal, which is still an ordinary one then. Later ones have no terminal and
/// ask nothing: while the screen is up, nobody could answer.
final class SSHTransport: AttachTransport {
    /// What `ssh` exits with for failures of its own.
    private static let ownFailure: Int32 = 255
    /// `POSIX_SPAWN_SETSID` of spawn.h, which the Glibc module hides.
    private static let spawnSetsid: Int32 = 0x80

    private struct State {
        var child: pid_t?
        var errors: UnixSocketConnection?
        var errorsEnded = OneShot<Bool>()
        var lastLine = ""
        var mayAsk = true
        var exitCode: Int32?
    }

    let name: String
    private let options: [String]
    private let host: String
    private let remoteCommand: String
    private let program: String
    private let state = Mutex(State())

    /// Makes a transport; `options` are those of ssh, `remoteFlags` those of the golem on the other side.
    init(host: String, options: [String], remoteFlags: [String], program: String = "ssh") {
        name = "golem on \(host)"
        self.host = host
        self.options = options
        self.program = program
        remoteCommand = (["golem", "attach", "--stdio"] + remoteFlags.map(ShellWord.quoted)).joined(separator: " ")
    }

    /// The exit code of the last ssh; nil while none has ended.
    var exitCode: Int32? { state.withLock { $0.exitCode } }

    /// The command line; the operator's options come first, because ssh takes the first value of each.
    func arguments(mayAsk: Bool) -> [String] {
        var own = ["-T", "-C", "-e", "none", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"]
        if !mayAsk { own += ["-o", "BatchMode=yes", "-o", "ConnectTimeout=10"] }
        return [program] + options + own + ["--", host, remoteCommand]
    }

    func connect() async throws -> UnixSocketConnection {
        let mayAsk = state.withLock { state in
            defer { state.mayAsk = false }
            return state.mayAsk
        }
        guard let talk = Self.pair(), let errors = Self.pair() else {
            throw AttachClient.Failure("no sockets for ssh: \(String(cString: strerror(errno)))")
        }
        defer {
            close(talk.theirs)
            close(errors.theirs)
        }
        let errorOutput = UnixSocketConnection(owning: errors.ours)
        let connection = UnixSocketConnection(owning: talk.ours)
        let child = Self.spawn(arguments(mayAsk: mayAsk), talk: talk.theirs, errors: errors.theirs, ownSession: !mayAsk)
        guard let child else {
            connection.close()
            errorOutput.close()
            throw AttachClient.Failure("ssh cannot be started; is it installed?")
        }
        state.withLock { state in
            state.child = child
            state.errors = errorOutput
            state.errorsEnded = OneShot()
            state.lastLine = ""
            state.exitCode = nil
        }
        return connection
    }

    /// Passes on what ssh says, which is shown now, or after the screen was left; remembers the last line as the reason of an end.
    func accompany() async {
        let (errors, ended) = state.withLock { ($0.errors, $0.errorsEnded) }
        defer { ended.fulfil(true) }
        var line: [UInt8] = []
        while let bytes = try? await errors?.read(max: 4_096), !bytes.isEmpty {
            Output.errorBytes(bytes)
            for byte in bytes {
                guard byte == 0x0A || byte == 0x0D else {
                    if line.count < 500 { line.append(byte) }
                    continue
                }
                let text = String(decoding: line, as: UTF8.self)
                if !text.allSatisfy(\.isWhitespace) { state.withLock { $0.lastLine = text } }
                line = []
            }
        }
    }

    func finish() async -> String? {
        let (child, errors, ended) = state.withLock { state in
            defer { state.child = nil }
            return (state.child, state.errors, state.errorsEnded)
        }
        let time = SystemTime()
        // An ssh that ended by itself has closed its output; what it said last is the reason.
        _ = try? await time.withDeadline(.milliseconds(500)) { await ended.wait() }
        let code = await Self.end(child, time)
        errors?.close()
        return state.withLock { state in
            state.exitCode = code
            if !state.lastLine.isEmpty { return state.lastLine }
            guard let code, code != 0 else { return nil }
            return code == Self.ownFailure ? "ssh to \(host) failed" : "\(name) ended with code \(code)"
        }
    }

    /// Ends a child, by force if it does not go; its exit code.
    private static func end(_ child: pid_t?, _ time: SystemTime) async -> Int32? {
        guard let child else { return nil }
        var status: Int32 = 0
        for round in 0..<100 {
            if waitpid(child, &status, WNOHANG) == child { return exitCode(status) }
            if round == 0 { kill(child, SIGTERM) }
            if round == 50 { kill(child, SIGKILL) }
            try? await time.sleep(for: .milliseconds(10))
        }
        return nil
    }

    private static func exitCode(_ status: Int32) -> Int32? {
        status & 0x7F == 0 ? (status >> 8) & 0xFF : nil
    }

    /// Two connected sockets that no child inherits.
    private static func pair() -> (ours: Int32, theirs: Int32)? {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
        return (ends[0], ends[1])
    }

    private static func spawn(_ arguments: [String], talk: Int32, errors: Int32, ownSession: Bool) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        guard posix_spawn_file_actions_init(&actions) == 0 else { return nil }
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, talk, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, talk, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        guard posix_spawnattr_init(&attributes) == 0 else { return nil }
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals are blocked in all our threads, and SIGPIPE is ignored; ssh must not inherit either.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (ownSession ? Self.spawnSetsid : 0)
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            argv.forEach { free($0) }
            envp.forEach { free($0) }
        }
        var child: pid_t = 0
        return posix_spawnp(&child, arguments[0], &actions, &attributes, &argv, &envp) == 0 ? child : nil
    }
}
