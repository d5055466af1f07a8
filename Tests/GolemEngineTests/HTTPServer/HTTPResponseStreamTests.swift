// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Testing

@testable import GolemEngine

@Suite struct HTTPResponseStreamTests {
    @Test func `A write beyond the capacity waits until the reader made room`() async throws {
        let stream = HTTPResponseStream(capacity: 10)
        try await stream.write(Array("12345678".utf8))
        let writer = Task { try await stream.write(Array("abcd".utf8)) }
        await untilWaiting(stream, 1)
        #expect(read(stream, 4) == "1234")
        try await writer.value
        #expect(read(stream, 100) == "5678abcd")
    }

    @Test func `A write larger than the capacity is taken when the buffer is empty`() async throws {
        let stream = HTTPResponseStream(capacity: 2)
        try await stream.write(Array("123456".utf8))
        #expect(read(stream, 100) == "123456")
    }

    @Test func `Writes that wait keep their order`() async throws {
        let stream = HTTPResponseStream(capacity: 4)
        try await stream.write(Array("1111".utf8))
        let first = Task { try await stream.write(Array("2222".utf8)) }
        await untilWaiting(stream, 1)
        // Would fit into what the reader frees first, but came later.
        let second = Task { try await stream.write(Array("3".utf8)) }
        await untilWaiting(stream, 2)
        #expect(read(stream, 1) == "1")
        #expect(read(stream, 100) == "111")
        try await first.value
        #expect(read(stream, 100) == "2222")
        try await second.value
        #expect(read(stream, 100) == "3")
    }

    @Test func `A cancelled write throws and leaves the others alone`() async throws {
        let stream = HTTPResponseStream(capacity: 4)
        try await stream.write(Array("1111".utf8))
        let cancelled = Task { try await stream.write(Array("2222".utf8)) }
        await untilWaiting(stream, 1)
        let other = Task { try await stream.write(Array("3333".utf8)) }
        await untilWaiting(stream, 2)
        cancelled.cancel()
        await #expect(throws: HTTPStreamClosed(reason: .cancelled)) { try await cancelled.value }
        #expect(read(stream, 100) == "1111")
        try await other.value
        #expect(read(stream, 100) == "3333")
    }

    @Test func `Closing wakes all writers with the reason`() async throws {
        let stream = HTTPResponseStream(capacity: 1)
        try await stream.write([1])
        let writers = (0..<3).map { _ in Task { try await stream.write([2]) } }
        await untilWaiting(stream, 3)
        stream.close(.serverStopping)
        for writer in writers {
            await #expect(throws: HTTPStreamClosed(reason: .serverStopping)) { try await writer.value }
        }
        #expect(stream.isClosed)
    }

    @Test func `Finish lets what was written out and refuses more`() async throws {
        let stream = HTTPResponseStream()
        try await stream.write(Array("end".utf8))
        stream.finish()
        await #expect(throws: HTTPStreamClosed(reason: .finished)) { try await stream.write([1]) }
        #expect(read(stream, 100) == "end")
        #expect(read(stream, 100) == nil)
    }

    @Test func `Each park is answered by exactly one wake`() async throws {
        let stream = HTTPResponseStream()
        let counter = Counter()
        var buffer = [UInt8](repeating: 0, count: 8)
        let piece = buffer.withUnsafeMutableBytes {
            stream.read(into: $0, park: { counter.add(-1) }, wake: { counter.add(1) })
        }
        #expect(piece == .parked)
        #expect(counter.value == -1)
        try await stream.write([1])
        try await stream.write([2])
        stream.finish()
        stream.close(.clientLeft)
        #expect(counter.value == 0)
    }

    private func read(_ stream: HTTPResponseStream, _ size: Int) -> String? {
        var buffer = [UInt8](repeating: 0, count: size)
        let piece = buffer.withUnsafeMutableBytes { stream.read(into: $0, park: {}, wake: {}) }
        guard case .bytes(let count) = piece else { return nil }
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    private func untilWaiting(_ stream: HTTPResponseStream, _ count: Int) async {
        while stream.waitingWrites < count { await Task.yield() }
    }
}
