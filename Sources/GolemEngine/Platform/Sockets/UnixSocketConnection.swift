// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// One end of a unix stream socket.
///
/// One task may read and one may write at the same time; `close` may be called by any. Cancelling a task that waits
/// ends the wait with `CancellationError` and leaves the connection open.
package final class UnixSocketConnection: Sendable {
    private let descriptor: AsyncDescriptor
    /// The user that opened the other end, or nil when the system does not say.
    package let peerUserID: UInt32?
    /// The process that opened the other end, or nil when the system does not say.
    package let peerProcessID: Int32?

    /// Takes over a connected socket and makes it non-blocking.
    package init(owning socket: Int32) {
        let uid = clinux_peer_uid(socket)
        peerUserID = uid < 0 ? nil : UInt32(uid)
        let pid = clinux_peer_pid(socket)
        peerProcessID = pid > 0 ? pid : nil
        descriptor = AsyncDescriptor(owning: socket)
    }

    /// Connects to the socket at `path`.
    ///
    /// Throws `UnixSocketError`; `cause.errno` tells a refused from a missing one.
    package static func connect(path: String) async throws -> UnixSocketConnection {
        while true {
            let socket = clinux_unix_socket()
            guard socket >= 0 else { throw UnixSocketError.system(.current("socket")) }
            do throws(UnixSocketError) {
                if try attempt(socket, path) { return UnixSocketConnection(owning: socket) }
            } catch {
                Glibc.close(socket)
                throw error
            }
            Glibc.close(socket)
            // The queue of the listener is full; the kernel offers nothing to wait for.
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// True when connected, false when the listener's queue is full.
    static func attempt(_ socket: Int32, _ path: String) throws(UnixSocketError) -> Bool {
        var address = sockaddr_un()
        guard clinux_unix_address(&address, path, path.utf8.count) == 0 else { throw .pathTooLong(path) }
        if retryingInterrupts({ clinux_connect_unix(socket, &address) }) == 0 { return true }
        if errno == EAGAIN { return false }
        throw .system(.current("connect", path: path))
    }

    /// Reads at most `max` bytes, waiting for the first one.
    ///
    /// An empty result is the end of the stream.
    package func read(max: Int) async throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: max)
        let count = try await descriptor.read(into: &buffer)
        buffer.removeLast(max - count)
        return buffer
    }

    /// Writes all bytes; waits while the peer does not read.
    package func write(_ bytes: [UInt8]) async throws {
        try await descriptor.write(bytes, isSocket: true)
    }

    /// Tells the peer that nothing more comes; reading goes on.
    package func finishWriting() {
        _ = try? descriptor.withDescriptor { shutdown($0, Int32(SHUT_WR)) }
    }

    /// Closes the connection; pending reads and writes end with an error.
    package func close() {
        descriptor.close()
    }
}
