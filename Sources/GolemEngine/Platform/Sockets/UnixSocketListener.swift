// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import Synchronization

/// A listening unix socket that only its owner can open.
///
/// The file has mode 0600 from the instant at which it exists. A file that a dead process left behind is replaced; a
/// socket on which somebody answers is never touched.
package final class UnixSocketListener: Sendable {
    /// Where it listens.
    package let path: String
    private let descriptor: AsyncDescriptor
    private let identity: FileIdentity?
    private let isOpen = Mutex(true)

    private init(path: String, socket: Int32) {
        self.path = path
        identity = FileIdentity(path: path)
        descriptor = AsyncDescriptor(owning: socket)
    }

    deinit { close() }

    /// Listens at `path`.
    ///
    /// Throws `UnixSocketError`; `socket.in_use` when another process answers there.
    package static func bind(path: String, backlog: Int32 = 64) async throws -> UnixSocketListener {
        var address = sockaddr_un()
        guard clinux_unix_address(&address, path, path.utf8.count) == 0 else { throw UnixSocketError.pathTooLong(path) }
        let folder = clinux_open(Self.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard folder >= 0 else { throw UnixSocketError.system(.current("open", path: Self.folder(of: path))) }
        defer { Glibc.close(folder) }
        try await lock(folder, path)
        try removeStale(path)

        let socket = clinux_unix_socket()
        guard socket >= 0 else { throw UnixSocketError.system(.current("socket")) }
        // Linux takes the mode of the file from the socket, so there is no instant with a wider one.
        guard fchmod(socket, 0o600) == 0, clinux_bind_unix(socket, &address) == 0 else {
            let error = SystemError.current("bind", path: path)
            Glibc.close(socket)
            throw error.errno == EADDRINUSE ? UnixSocketError.inUse(path) : UnixSocketError.system(error)
        }
        guard listen(socket, backlog) == 0 else {
            let error = SystemError.current("listen", path: path)
            unlink(path)
            Glibc.close(socket)
            throw UnixSocketError.system(error)
        }
        return UnixSocketListener(path: path, socket: socket)
    }

    /// Waits for the next connection.
    ///
    /// Short of descriptors it waits for better times instead of failing.
    package func accept() async throws -> UnixSocketConnection {
        while true {
            let (socket, error) = try descriptor.withDescriptor { listener -> (Int32, Int32) in
                let socket = clinux_accept4(listener, Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue))
                return (socket, errno)
            }
            if socket >= 0 { return UnixSocketConnection(owning: socket) }
            switch error {
            case EAGAIN: try await descriptor.waitReadable()
            case EINTR, ECONNABORTED: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: try await Task.sleep(for: .milliseconds(100))
            default: throw UnixSocketError.system(SystemError(call: "accept", errno: error, path: path))
            }
        }
    }

    /// Stops listening and removes the file, unless somebody else has put another one there.
    package func close() {
        let wasOpen = isOpen.withLock { isOpen -> Bool in
            defer { isOpen = false }
            return isOpen
        }
        guard wasOpen else { return }
        if let identity, FileIdentity(path: path) == identity { unlink(path) }
        descriptor.close()
    }

    /// Two starting processes must not both find the file stale and one of them remove the other's fresh socket.
    private static func lock(_ folder: Int32, _ path: String) async throws {
        for _ in 0..<100 {
            if clinux_flock_exclusive_nonblocking(folder) == 0 { return }
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw UnixSocketError.system(.current("flock", path: path))
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw UnixSocketError.busy(path)
    }

    private static func removeStale(_ path: String) throws(UnixSocketError) {
        var info = stat()
        guard lstat(path, &info) == 0 else {
            if errno == ENOENT { return }
            throw .system(.current("lstat", path: path))
        }
        guard clinux_is_socket(info.st_mode) != 0 else { throw .notASocket(path) }
        let probe = clinux_unix_socket()
        guard probe >= 0 else { throw .system(.current("socket")) }
        defer { Glibc.close(probe) }
        do throws(UnixSocketError) {
            // Connected, or the queue is full: somebody is there.
            _ = try UnixSocketConnection.attempt(probe, path)
        } catch {
            if error.cause?.errno == ENOENT { return }
            guard error.cause?.errno == ECONNREFUSED else { throw error }
            guard unlink(path) == 0 || errno == ENOENT else { throw .system(.current("unlink", path: path)) }
            return
        }
        throw .inUse(path)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
