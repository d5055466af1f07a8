// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine

/// The least that a client of an MCP server can do: it writes a request and reads the answer, blocking.
final class BareClient {
    private let input: Int32
    private let output: Int32
    private let isHTTP: Bool
    private let child: pid_t?
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    private var nextID = 0

    /// Starts a server as a child; nil when that fails.
    init?(command: [String]) {
        var toChild: [Int32] = [0, 0]
        var fromChild: [Int32] = [0, 0]
        guard pipe(&toChild) == 0, pipe(&fromChild) == 0 else { return nil }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
        for descriptor in toChild + fromChild { posix_spawn_file_actions_addclose(&actions, descriptor) }
        let words = command.map { strdup($0) } + [nil]
        var pid: pid_t = 0
        let error = posix_spawnp(&pid, command[0], &actions, nil, words, environ)
        for word in words { free(word) }
        posix_spawn_file_actions_destroy(&actions)
        close(toChild[0])
        close(fromChild[1])
        guard error == 0 else { return nil }
        child = pid
        (input, output) = (toChild[1], fromChild[0])
        isHTTP = false
    }

    /// Connects to a server of streamable HTTP on this machine; nil when that fails.
    init?(port: Int) {
        input = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        output = input
        isHTTP = true
        child = nil
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(input, $0, length) }
        }
        var on: Int32 = 1
        setsockopt(input, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        guard result == 0 else { return nil }
    }

    deinit {
        close(input)
        if output != input { close(output) }
        if let child {
            kill(child, SIGTERM)
            waitpid(child, nil, 0)
        }
    }

    /// Agrees with the server on a revision, as servers of the official SDK want it; false when that fails.
    func initialize() -> Bool {
        let hello = """
            {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},\
            "clientInfo":{"name":"bare","version":"1"}}}
            """
        guard exchange(hello) else { return false }
        let done = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
        return isHTTP ? exchange(done) : send(done)
    }

    /// Calls the tool `echo`; false when no answer came.
    func call(_ text: String) -> Bool {
        nextID += 1
        return exchange(
            """
            {"jsonrpc":"2.0","id":\(nextID),"method":"tools/call","params":{"name":"echo","arguments":{"text":"\(text)"},\
            "_meta":{"progressToken":\(nextID)}}}
            """)
    }

    private func exchange(_ body: String) -> Bool { send(body) && receive() }

    private func send(_ body: String) -> Bool {
        let text =
            isHTTP
            ? "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Accept: application/json, text/event-stream\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            : body + "\n"
        return write(input, text, text.utf8.count) == text.utf8.count
    }

    /// Reads up to the end of a line, or of a response with a length.
    private func receive() -> Bool {
        var filled = 0
        while true {
            let count = buffer.withUnsafeMutableBytes {
                read(output, $0.baseAddress?.advanced(by: filled), $0.count - filled)
            }
            guard count > 0 else { return false }
            filled += count
            if isHTTP ? isWholeResponse(filled) : buffer[filled - 1] == UInt8(ascii: "\n") { return true }
            guard filled < buffer.count else { return false }
        }
    }

    private func isWholeResponse(_ filled: Int) -> Bool {
        let text = String(decoding: buffer[..<filled], as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return false }
        guard let length = text.firstRange(of: "Content-Length: ") else { return true }
        let wanted = Int(text[length.upperBound...].prefix { $0.isNumber }) ?? 0
        return text[end.upperBound...].utf8.count >= wanted
    }
}
