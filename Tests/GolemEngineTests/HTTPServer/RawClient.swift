// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Dispatch
import Glibc

/// A blocking TCP client that sends what it is told, right or wrong.
///
/// A call that waits for ten seconds fails.
struct RawClient: ~Copyable {
    struct Failure: Error {
        let call: String
        let code: Int32
    }

    private let descriptor: Int32

    init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = descriptor
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(call: "connect", code: errno) }
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw Failure(call: "send", code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Ends the sending side only.
    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Some bytes; empty at the end.
    ///
    /// A reset counts as the end.
    func receive() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0, errno == ECONNRESET { return [] }
        guard count >= 0 else { throw Failure(call: "recv", code: errno) }
        return Array(buffer.prefix(count))
    }

    /// Some bytes, empty at the end; nil when nothing came for that many milliseconds.
    func receive(within milliseconds: Int32) throws -> [UInt8]? {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, milliseconds) > 0 ? try receive() : nil
    }

    /// Everything until the server closes.
    func receiveAll() throws -> String {
        var all: [UInt8] = []
        while true {
            let more = try receive()
            if more.isEmpty { return String(decoding: all, as: UTF8.self) }
            all += more
        }
    }

    /// Everything until this text came or the server closed.
    func receive(until text: String) throws -> String {
        var all = ""
        while !all.contains(text) {
            let more = try receive()
            if more.isEmpty { break }
            all += String(decoding: more, as: UTF8.self)
        }
        return all
    }

    /// One response with a Content-Length.
    func receiveResponse() throws -> RawResponse {
        var text = try receive(until: "\r\n\r\n")
        while true {
            let response = RawResponse(text)
            guard let length = response.field("Content-Length").flatMap({ Int($0) }) else { return response }
            if response.body.utf8.count >= length { return response }
            let more = try receive()
            if more.isEmpty { return response }
            text += String(decoding: more, as: UTF8.self)
        }
    }
}

/// A response as text.
struct RawResponse: Sendable {
    let status: Int
    let head: String
    let body: String

    init(_ text: String) {
        let end = text.firstRange(of: "\r\n\r\n")
        head = end.map { String(text[..<$0.lowerBound]) } ?? text
        body = end.map { String(text[$0.upperBound...]) } ?? ""
        let words = head.split(separator: " ", maxSplits: 2)
        status = words.count > 1 ? Int(words[1]) ?? 0 : 0
    }

    func field(_ name: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name.lowercased() {
                return String(parts[1].drop { $0 == " " })
            }
        }
        return nil
    }

    /// The body with chunked coding removed; nil when it is broken or has no end.
    var unchunked: String? {
        var rest = Array(body.utf8)[...]
        var out: [UInt8] = []
        while true {
            guard let end = rest.firstIndex(of: 0x0A) else { return nil }
            let size = String(decoding: rest[..<end].filter { $0 != 0x0D }, as: UTF8.self)
            guard let count = Int(size, radix: 16) else { return nil }
            rest = rest[(end + 1)...]
            if count == 0 { return String(decoding: out, as: UTF8.self) }
            guard rest.count >= count + 2 else { return nil }
            out += rest.prefix(count)
            rest = rest.dropFirst(count + 2)
        }
    }
}

/// Runs blocking code on a thread of its own, away from the pool that runs the tests.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "client").async {
            continuation.resume(with: Result { try work() })
        }
    }
}
