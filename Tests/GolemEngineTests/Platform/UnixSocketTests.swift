// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import GolemEngine
import Testing

@Suite struct UnixSocketTests {
    @Test func `What one end writes the other reads, until the end`() async throws {
        let scratch = Scratch()
        let listener = try await UnixSocketListener.bind(path: scratch.at("s"))
        let client = try await UnixSocketConnection.connect(path: scratch.at("s"))
        let server = try await listener.accept()
        #expect(server.peerUserID == getuid())
        try await client.write(Array("hello".utf8))
        client.finishWriting()
        #expect(try await server.read(max: 100) == Array("hello".utf8))
        #expect(try await server.read(max: 100) == [])
        try await server.write([1])
        #expect(try await client.read(max: 1) == [1])
    }

    @Test func `A writer waits for the reader and nothing is lost`() async throws {
        let scratch = Scratch()
        let listener = try await UnixSocketListener.bind(path: scratch.at("s"))
        let client = try await UnixSocketConnection.connect(path: scratch.at("s"))
        let server = try await listener.accept()
        let bytes = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        async let written: Void = {
            try await client.write(bytes)
            client.close()
        }()
        var received: [UInt8] = []
        while case let part = try await server.read(max: 100_000), !part.isEmpty { received += part }
        try await written
        #expect(received == bytes)
    }

    @Test func `Only the owner can open the socket`() async throws {
        let scratch = Scratch()
        let before = umask(0)
        let listener = try await UnixSocketListener.bind(path: scratch.at("s"))
        umask(before)
        #expect(scratch.mode("s") == 0o600)
        listener.close()
        #expect(!scratch.exists("s"))
    }

    @Test func `F45 a socket on which somebody answers is never replaced`() async throws {
        let scratch = Scratch()
        let first = try await UnixSocketListener.bind(path: scratch.at("s"))
        let error = await #expect(throws: UnixSocketError.self) {
            try await UnixSocketListener.bind(path: scratch.at("s"))
        }
        #expect(error?.code == "socket.in_use")
        let client = try await UnixSocketConnection.connect(path: scratch.at("s"))
        let server = try await first.accept()
        // The first connection is the probe of the second listener: it ended at once.
        if try await server.read(max: 1) == [] {
            try await client.write([5])
            #expect(try await first.accept().read(max: 1) == [5])
        }
    }

    @Test func `F45 a live socket with a full queue counts as live`() async throws {
        let scratch = Scratch()
        let listener = try await UnixSocketListener.bind(path: scratch.at("s"), backlog: 0)
        let waiting = clinux_unix_socket()
        defer { close(waiting) }
        var address = sockaddr_un()
        #expect(clinux_unix_address(&address, scratch.at("s"), scratch.at("s").utf8.count) == 0)
        #expect(clinux_connect_unix(waiting, &address) == 0)
        let error = await #expect(throws: UnixSocketError.self) {
            try await UnixSocketListener.bind(path: scratch.at("s"))
        }
        #expect(error?.code == "socket.in_use")
        listener.close()
    }

    @Test func `F45 a socket of a dead process is replaced`() async throws {
        let scratch = Scratch()
        let dead = clinux_unix_socket()
        var address = sockaddr_un()
        #expect(clinux_unix_address(&address, scratch.at("s"), scratch.at("s").utf8.count) == 0)
        #expect(clinux_bind_unix(dead, &address) == 0)
        close(dead)
        let listener = try await UnixSocketListener.bind(path: scratch.at("s"))
        _ = try await UnixSocketConnection.connect(path: scratch.at("s"))
        _ = try await listener.accept()
    }

    @Test func `F45 of many that start at once on a stale socket exactly one wins`() async throws {
        let scratch = Scratch()
        let dead = clinux_unix_socket()
        var address = sockaddr_un()
        #expect(clinux_unix_address(&address, scratch.at("s"), scratch.at("s").utf8.count) == 0)
        #expect(clinux_bind_unix(dead, &address) == 0)
        close(dead)
        let listeners = await withTaskGroup(of: UnixSocketListener?.self) { group in
            for _ in 0..<16 { group.addTask { try? await UnixSocketListener.bind(path: scratch.at("s")) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(listeners.compactMap { $0 }.count == 1)
        _ = try await UnixSocketConnection.connect(path: scratch.at("s"))
    }

    @Test func `F45 closing a listener does not remove the socket of its successor`() async throws {
        let scratch = Scratch()
        let first = try await UnixSocketListener.bind(path: scratch.at("s"))
        unlink(scratch.at("s"))
        let second = try await UnixSocketListener.bind(path: scratch.at("s"))
        first.close()
        #expect(scratch.exists("s"))
        second.close()
    }

    @Test func `A file that is no socket is left alone`() async throws {
        let scratch = Scratch()
        scratch.write("s", "precious")
        let error = await #expect(throws: UnixSocketError.self) {
            try await UnixSocketListener.bind(path: scratch.at("s"))
        }
        #expect(error?.code == "socket.not_a_socket")
        #expect(scratch.read("s") == "precious")
    }

    @Test func `A path that is too long says so`() async throws {
        let path = "/tmp/" + String(repeating: "x", count: 200)
        for isClient in [true, false] {
            let error = await #expect(throws: UnixSocketError.self) {
                if isClient { _ = try await UnixSocketConnection.connect(path: path) }
                _ = try await UnixSocketListener.bind(path: path)
            }
            #expect(error?.code == "socket.path_too_long")
            #expect(error?.description.contains("107") ?? false)
        }
    }

    @Test func `Cancelling a read ends it and leaves the connection usable`() async throws {
        let scratch = Scratch()
        let listener = try await UnixSocketListener.bind(path: scratch.at("s"))
        let client = try await UnixSocketConnection.connect(path: scratch.at("s"))
        let server = try await listener.accept()
        for _ in 0..<100 {
            let reading = Task { try await server.read(max: 1) }
            await Task.yield()
            reading.cancel()
            await #expect(throws: CancellationError.self) { try await reading.value }
        }
        try await client.write([9])
        #expect(try await server.read(max: 1) == [9])
    }

    @Test func `Closing ends a pending read and a pending accept`() async throws {
        let scratch = Scratch()
        let listener = try await UnixSocketListener.bind(path: scratch.at("s"))
        let client = try await UnixSocketConnection.connect(path: scratch.at("s"))
        let server = try await listener.accept()
        let reading = Task { try await server.read(max: 1) }
        let accepting = Task { try await listener.accept() }
        await Task.yield()
        server.close()
        listener.close()
        await #expect(throws: ReactorError.self) { try await reading.value }
        await #expect(throws: (any Error).self) { try await accepting.value }
        #expect(try await client.read(max: 1) == [])
    }

    @Test func `A second reader is refused instead of losing the first`() async throws {
        let scratch = Scratch()
        let listener = try await UnixSocketListener.bind(path: scratch.at("s"))
        let client = try await UnixSocketConnection.connect(path: scratch.at("s"))
        let server = try await listener.accept()
        let outcomes = await withTaskGroup(of: String.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    do { return "\(try await server.read(max: 1))" } catch {
                        return (error as? ReactorError)?.code ?? "?"
                    }
                }
            }
            var result = [await group.next() ?? ""]
            try? await client.write([3])
            result.append(await group.next() ?? "")
            return result
        }
        #expect(outcomes == ["reactor.busy", "[3]"])
    }

    @Test func `A descriptor by number is waited for and forgotten`() async throws {
        var ends: [Int32] = [-1, -1]
        #expect(clinux_pipe(&ends) == 0)
        let (reader, writer) = (ends[0], ends[1])
        try await Reactor.shared.writable(writer)
        let waiting = Task { try await Reactor.shared.readable(reader) }
        await Task.yield()
        _ = write(writer, "x", 1)
        try await waiting.value
        var byte: UInt8 = 0
        #expect(read(reader, &byte, 1) == 1)
        let forgotten = Task { try await Reactor.shared.readable(reader) }
        await Task.yield()
        Reactor.shared.forget(reader)
        Reactor.shared.forget(writer)
        close(writer)
        // Forgotten while waiting, or not yet waiting and then at the end of the pipe: both end.
        _ = await forgotten.result
        Reactor.shared.forget(reader)
        close(reader)
    }
}
