// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemTestSupport
import Synchronization

/// A program that a test started, leader of a session of its own.
///
/// It is killed with its process group and reaped with its last reference, and by the ``ChildKeeper`` when the tests die.
final class ChildProcess: Sendable {
    /// What to start.
    struct Launch: Sendable {
        /// The program, looked up in `PATH`, and its arguments.
        var words: [String]
        /// All of its environment.
        var environment: [String: String] = [:]
        /// The files for standard input, output and errors.
        var files = (input: "/dev/null", output: "/dev/null", errors: "/dev/null")
        /// A descriptor that becomes standard input instead of the file.
        var inputDescriptor: Int32?
        /// The tty that becomes its controlling terminal and all three streams.
        var terminal: String?

        init(_ words: String...) { self.words = words }
        init(_ words: [String]) { self.words = words }
    }

    /// How a process ended.
    enum End: Sendable, Equatable {
        case code(Int32)
        case signal(Int32)
    }

    /// A program could not be started.
    struct StartFailure: Error {
        let program: String
        let errno: Int32
    }

    /// Where programs are looked for.
    static let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"

    let pid: Int32
    private let status = Mutex<Int32?>(nil)

    init(_ launch: Launch) throws(StartFailure) {
        pid = try Self.spawn(launch)
        ChildKeeper.note(born: pid)
    }

    deinit {
        if end == nil {
            Glibc.kill(-pid, SIGKILL)
            Glibc.kill(pid, SIGKILL)
            _ = reap(options: 0)
        }
        ChildKeeper.note(ended: pid)
    }

    /// How it ended; nil while it lives.
    var end: End? {
        guard let status = reap(options: WNOHANG) else { return nil }
        return status & 0x7F == 0 ? .code(status >> 8 & 0xFF) : .signal(status & 0x7F)
    }

    /// How it ended; nil when it still lives after `limit`.
    func end(within limit: Duration) async -> End? {
        _ = await eventually(within: limit) { end != nil }
        return end
    }

    /// Sends a signal while it lives.
    func send(_ number: Int32) {
        if end == nil { Glibc.kill(pid, number) }
    }

    /// Stops it and waits until all of its threads stand still; false when they do not in time.
    func freeze() async -> Bool {
        send(SIGSTOP)
        return await eventually {
            let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
            return !tasks.isEmpty
                && tasks.allSatisfy { task in
                    let stat = (try? String(contentsOfFile: "/proc/\(pid)/task/\(task)/stat", encoding: .utf8)) ?? ""
                    return stat.split(separator: ")").last?.hasPrefix(" T") ?? false
                }
        }
    }

    /// Resident memory in bytes.
    var residentBytes: Int {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8)) ?? ""
        return (Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Runs a short program to its end; blocks.
    static func run(_ launch: Launch) throws(StartFailure) -> End? {
        let child = try ChildProcess(launch)
        _ = child.reap(options: 0)
        return child.end
    }

    /// Waits for the end and keeps it, so that a later process with the same id is never meant.
    private func reap(options: Int32) -> Int32? {
        status.withLock { status in
            if status == nil {
                var raw: Int32 = 0
                var found: pid_t
                repeat { found = waitpid(pid, &raw, options) } while found < 0 && errno == EINTR
                if found == pid { status = raw }
            }
            return status
        }
    }

    static func spawn(_ launch: Launch) throws(StartFailure) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let terminal = launch.terminal {
            // The first tty that a session leader opens becomes its controlling terminal.
            for descriptor: Int32 in 0...2 {
                posix_spawn_file_actions_addopen(&actions, descriptor, terminal, O_RDWR, 0)
            }
        } else {
            let create = O_WRONLY | O_CREAT | O_APPEND
            if let descriptor = launch.inputDescriptor {
                posix_spawn_file_actions_adddup2(&actions, descriptor, 0)
            } else {
                posix_spawn_file_actions_addopen(&actions, 0, launch.files.input, O_RDONLY, 0)
            }
            posix_spawn_file_actions_addopen(&actions, 1, launch.files.output, create, 0o600)
            posix_spawn_file_actions_addopen(&actions, 2, launch.files.errors, create, 0o600)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let newSession: Int32 = 0x80  // POSIX_SPAWN_SETSID, which the module does not have
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | newSession))
        var words = launch.words.map { strdup($0) } + [nil]
        var variables = launch.environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, launch.words[0], &actions, &attributes, &words, &variables)
        guard code == 0 else { throw StartFailure(program: launch.words[0], errno: code) }
        return pid
    }
}
