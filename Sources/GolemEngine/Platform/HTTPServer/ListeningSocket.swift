// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// Opens the socket that a server listens on.
enum ListeningSocket {
    /// Binds and listens; returns the descriptor, which is the caller's to close, and the port.
    ///
    /// `host` is an IPv4 or IPv6 address (with or without brackets), `localhost` (which is 127.0.0.1 whatever the
    /// resolver thinks), or a name that the resolver knows, of which the first address is taken. `::` serves IPv4 too.
    static func open(host: String, port: Int) throws(HTTPServerError) -> (descriptor: Int32, port: Int) {
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        let shown = "\(bare.contains(":") ? "[\(bare)]" : bare):\(port)"
        guard (0...65535).contains(port) else { throw HTTPServerError(.badPort, address: shown) }
        guard !bare.isEmpty, !bare.utf8.contains(0) else { throw HTTPServerError(.badHost, address: shown) }

        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let name = bare.lowercased() == "localhost" ? "127.0.0.1" : bare
        guard getaddrinfo(name, String(port), &hints, &list) == 0, let found = list?.pointee else {
            throw HTTPServerError(.badHost, address: shown, call: "getaddrinfo")
        }
        defer { freeaddrinfo(list) }

        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(found.ai_family, type, 0)
        guard descriptor >= 0 else { throw HTTPServerError(call: "socket", errno: errno, address: shown) }
        do throws(HTTPServerError) {
            // A restart must not wait for connections of the last run; two listeners are still refused by Linux.
            setOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
            if found.ai_family == AF_INET6 { setOption(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
            guard bind(descriptor, found.ai_addr, found.ai_addrlen) == 0 else {
                throw HTTPServerError(call: "bind", errno: errno, address: shown)
            }
            guard listen(descriptor, 4096) == 0 else {
                throw HTTPServerError(call: "listen", errno: errno, address: shown)
            }
            return (descriptor, try boundPort(descriptor, shown))
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func setOption(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func boundPort(_ descriptor: Int32, _ shown: String) throws(HTTPServerError) -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard result == 0 else { throw HTTPServerError(call: "getsockname", errno: errno, address: shown) }
        // The port is at the same place in both families.
        return withUnsafeBytes(of: &storage) { bytes in
            Int(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
        }
    }
}
