// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import CMicrohttpd
import Glibc
import Synchronization

/// What the server knows of one open connection.
///
/// Owner: libmicrohttpd's socket context holds one reference, from the notification that the connection started to
/// the one that it closed; the table holds another over the same time.
///
/// `@unchecked Sendable`: `target` belongs to libmicrohttpd's thread; all else is immutable, atomic or in a mutex.
final class HTTPConnection: @unchecked Sendable {
    private struct Guarded {
        /// -1 once libmicrohttpd is about to close it: the number may then be another file's.
        var descriptor: Int32
        var exchange: HTTPExchange?
        var isAborted = false
    }

    /// Address and port of the client.
    let peer: String
    let clock: ConnectionClock
    /// The raw target of the request that is being read.
    var target: [UInt8] = []
    private let guarded: Mutex<Guarded>

    init(descriptor: Int32, peer: String, deadline: UInt64) {
        self.peer = peer
        clock = ConnectionClock(deadline: deadline)
        guarded = Mutex(Guarded(descriptor: descriptor))
    }

    /// Makes `exchange` the one that `abort()` reaches; false when the connection was aborted before.
    func begin(_ exchange: HTTPExchange) -> Bool {
        guarded.withLock { guarded in
            guard !guarded.isAborted else { return false }
            guarded.exchange = exchange
            return true
        }
    }

    func end() {
        guarded.withLock { $0.exchange = nil }
    }

    /// Ends whatever goes on here, for a server that stops; `message` makes the last words for an exchange.
    func abort(_ message: (HTTPExchange) -> [UInt8]) {
        let exchange = guarded.withLock { guarded in
            guarded.isAborted = true
            return guarded.exchange
        }
        if let exchange { exchange.abort(message(exchange)) }
    }

    /// The descriptor is no longer ours to use.
    func forgetDescriptor() {
        guarded.withLock { $0.descriptor = -1 }
    }

    /// Puts a last message on the socket, past libmicrohttpd, and ends the sending side.
    ///
    /// Never blocks: what the socket does not take at once is lost, which only happens to a client that has not
    /// read its earlier responses.
    func sendLast(_ bytes: [UInt8]) {
        guarded.withLock { guarded in
            guard guarded.descriptor >= 0 else { return }
            _ = send(guarded.descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
            shutdown(guarded.descriptor, Int32(SHUT_WR))
        }
    }

    /// Cuts the connection; libmicrohttpd then sees its end and closes it.
    func cut() {
        guarded.withLock { guarded in
            guard guarded.descriptor >= 0 else { return }
            shutdown(guarded.descriptor, Int32(SHUT_RDWR))
        }
    }

    /// Whether the client has closed its side and everything that it sent was read.
    var hasEnded: Bool {
        guarded.withLock { guarded in
            guard guarded.descriptor >= 0 else { return true }
            var byte: UInt8 = 0
            let count = recv(guarded.descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
            return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)
        }
    }

    /// `192.0.2.1:4711`, `[2001:db8::1]:4711`, or `unknown`.
    static func describe(_ address: UnsafePointer<sockaddr>?) -> String {
        guard let address else { return "unknown" }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                var host = address.pointee.sin_addr
                guard inet_ntop(AF_INET, &host, &text, socklen_t(text.count)) != nil else { return "unknown" }
                return "\(string(text)):\(UInt16(bigEndian: address.pointee.sin_port))"
            }
        case AF_INET6:
            return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                var host = address.pointee.sin6_addr
                guard inet_ntop(AF_INET6, &host, &text, socklen_t(text.count)) != nil else { return "unknown" }
                return "[\(string(text))]:\(UInt16(bigEndian: address.pointee.sin6_port))"
            }
        default:
            return "unknown"
        }
    }

    private static func string(_ text: [CChar]) -> String {
        String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
