// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import FoundationEssentials
import Glibc
import GolemEngine
import GolemEvents

/// `golem attach --stdio`: carries the attach protocol between standard input and output and the engine's socket.
///
/// Nothing is interpreted but the greeting of a read-only relay. Each direction holds one piece at a time, so a slow reader
/// slows the engine's feed down, and the engine counts what is lost.
struct StdioRelay {
    private static let pieceSize = 65_536
    /// What a pipe that is writable takes without blocking.
    private static let safeWrite = 4_096
    private static let greetingLimit = 65_536

    /// One direction.
    private struct Stream {
        let source: Int32
        let target: Int32
        var bytes: ArraySlice<UInt8> = []
        var isEnded = false

        /// Reads the next piece when the last one is gone.
        mutating func take() {
            var buffer = [UInt8](repeating: 0, count: pieceSize)
            let count = read(source, &buffer, buffer.count)
            if count > 0 { bytes = buffer[..<count] } else if count == 0 || !StdioRelay.isTemporary { isEnded = true }
        }

        /// Writes what the target takes now; false when it is gone.
        mutating func give() -> Bool {
            let size = min(bytes.count, safeWrite)
            var count = bytes.withUnsafeBytes { send(target, $0.baseAddress, size, Int32(MSG_DONTWAIT)) }
            if count < 0, errno == ENOTSOCK { count = bytes.withUnsafeBytes { write(target, $0.baseAddress, size) } }
            if count > 0 { bytes = bytes.dropFirst(count) }
            return count > 0 || StdioRelay.isTemporary
        }
    }

    private static var isTemporary: Bool { errno == EAGAIN || errno == EINTR }

    /// Relays until either side ends; throws when no engine answers.
    static func run(
        path: String, isReadOnly: Bool, input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO
    ) throws(CommandFailure) -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        let socket = try connect(path)
        defer { close(socket) }
        var up = Stream(source: input, target: socket)
        var down = Stream(source: socket, target: output)
        if isReadOnly { up.bytes = readOnlyGreeting(input)[...] }
        var hasShutDown = false
        while true {
            if up.isEnded, up.bytes.isEmpty, !hasShutDown {
                shutdown(socket, Int32(SHUT_WR))
                hasShutDown = true
            }
            if down.isEnded, down.bytes.isEmpty { return ExitCode.success }
            var watched = [
                pollfd(fd: up.isEnded || !up.bytes.isEmpty ? -1 : input, events: Int16(POLLIN), revents: 0),
                pollfd(
                    fd: socket, events: Int16((down.bytes.isEmpty ? POLLIN : 0) | (up.bytes.isEmpty ? 0 : POLLOUT)),
                    revents: 0),
                pollfd(fd: output, events: Int16(down.bytes.isEmpty ? 0 : POLLOUT), revents: 0),
            ]
            guard poll(&watched, 3, -1) > 0 else { continue }
            if watched[0].revents != 0 { up.take() }
            if Int32(watched[1].revents) & (POLLIN | POLLHUP | POLLERR) != 0, down.bytes.isEmpty { down.take() }
            if Int32(watched[1].revents) & POLLOUT != 0, !up.give() { return ExitCode.success }
            let room = Int32(watched[2].revents)
            if room & POLLOUT != 0, !down.give() { return ExitCode.success }
            // Nobody reads any more.
            if room & (POLLERR | POLLNVAL) != 0 { return ExitCode.success }
        }
    }

    private static func connect(_ path: String) throws(CommandFailure) -> Int32 {
        var address = sockaddr_un()
        let socket = clinux_unix_socket()
        guard socket >= 0, clinux_unix_address(&address, path, path.utf8.count) == 0,
            clinux_connect_unix(socket, &address) == 0
        else {
            let number = errno
            if socket >= 0 { close(socket) }
            throw CommandFailure(
                EngineUnreachable(errno: number, path: path).description, exitCode: ExitCode.unavailable)
        }
        return socket
    }

    /// The client's greeting with the wish to be refused every change; what is no greeting
    /// is not passed on, and the engine closes.
    private static func readOnlyGreeting(_ input: Int32) -> [UInt8] {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < greetingLimit, line.last != 0x0A {
            let count = read(input, &byte, 1)
            if count > 0 { line.append(byte) } else if count == 0 || !isTemporary { break }
        }
        guard case .hello(var hello)? = try? JSONDecoder().decode(LinkMessage.self, from: Data(line)) else { return [] }
        hello.isReadOnly = true
        guard let data = try? JSONEncoder().encode(LinkMessage.hello(hello)) else { return [] }
        return [UInt8](data) + [0x0A]
    }
}
