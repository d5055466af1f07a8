// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Dispatch
import Glibc
import Synchronization

/// A Python program from `Tests/Servers` that serves on a loopback port of its own choice.
///
/// The program prints its port as the first line of standard output, and ends when its standard input closes: it dies
/// with the tests, however they end. Its standard error is the tests'.
package final class PythonServer: Sendable {
    /// Why a server did not start.
    package struct StartFailure: Error, CustomStringConvertible {
        /// What was tried and what went wrong.
        package let description: String
    }

    /// The port on 127.0.0.1.
    package let port: Int
    /// The process.
    package let pid: Int32
    private let input: Mutex<Int32>

    /// `http://127.0.0.1:<port>`.
    package var url: String { "http://127.0.0.1:\(port)" }

    private init(port: Int, pid: Int32, input: Int32) {
        self.port = port
        self.pid = pid
        self.input = Mutex(input)
    }

    deinit { stop() }

    /// Starts `Tests/Servers/<script>` and returns when it listens.
    ///
    /// `python` is the interpreter: a path, or a name in `PATH`.
    package static func start(
        _ script: String, _ arguments: [String] = [], python: String = "python3"
    ) async throws -> PythonServer {
        let started = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Result { try PythonServer.startBlocking(script, arguments, python) })
            }
        }
        return try started.get()
    }

    /// Ends the process and waits for it.
    ///
    /// Calling it twice does nothing.
    package func stop() {
        let descriptor = input.withLock { input -> Int32 in
            defer { input = -1 }
            return input
        }
        guard descriptor >= 0 else { return }
        close(descriptor)
        kill(pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    }

    /// The folder of this package.
    package static var packageRoot: String {
        let file = #filePath
        return String(file[..<(file.firstRange(of: "/Tests/GolemTestSupport/")?.lowerBound ?? file.endIndex)])
    }

    private static func startBlocking(
        _ script: String, _ arguments: [String], _ python: String
    ) throws -> PythonServer {
        let words = [python, "-u", "\(packageRoot)/Tests/Servers/\(script)"] + arguments
        var toChild: [Int32] = [-1, -1]
        var fromChild: [Int32] = [-1, -1]
        guard clinuxPipe(&toChild), clinuxPipe(&fromChild) else { throw StartFailure(description: "no pipes") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
        var argv = words.map { strdup($0) } + [nil]
        defer { for word in argv { free(word) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, python, &actions, nil, &argv, environ)
        close(toChild[0])
        close(fromChild[1])
        defer { close(fromChild[0]) }
        guard code == 0 else {
            close(toChild[1])
            throw StartFailure(description: "\(python) cannot be started: errno \(code)")
        }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < 16 {
            let count = read(fromChild[0], &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count != 1 || byte == 10 { break }
            line.append(byte)
        }
        guard let port = Int(String(decoding: line, as: UTF8.self)) else {
            close(toChild[1])
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
            throw StartFailure(description: "\(script) printed no port")
        }
        return PythonServer(port: port, pid: pid, input: toChild[1])
    }

    /// A pipe whose ends no other child inherits.
    private static func clinuxPipe(_ ends: inout [Int32]) -> Bool {
        guard pipe(&ends) == 0 else { return false }
        return ends.allSatisfy { clinux_fcntl_int($0, F_SETFD, FD_CLOEXEC) == 0 }
    }
}
