// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import Synchronization

/// Writes lines to a child's standard input without waiting for a child that does not read.
///
/// A line goes out at once when there is room; else it waits here, in order, and can be taken back.
final class MCPLineWriter: Sendable {
    private struct Line {
        var id: Int64?
        var bytes: [UInt8]
    }

    private struct State {
        var lines: [Line] = []
        /// How much of the first line is written.
        var offset = 0
        var size = 0
        var isBroken = false
    }

    private let pipe: AsyncDescriptor
    private let limit: Int
    private let state = Mutex(State())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init(_ pipe: AsyncDescriptor, limit: Int) {
        self.pipe = pipe
        self.limit = limit
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Hands over a line.
    func write(_ bytes: [UInt8], id: Int64?) throws(MCPError) {
        let (error, waits) = state.withLock { state -> (MCPError?, Bool) in
            guard !state.isBroken else { return (Self.gone, false) }
            guard state.size + bytes.count <= limit else { return (Self.full, false) }
            state.lines.append(Line(id: id, bytes: bytes))
            state.size += bytes.count
            guard state.lines.count == 1 else { return (nil, false) }
            flush(&state)
            return (state.isBroken ? Self.gone : nil, !state.lines.isEmpty)
        }
        if waits { signal.yield() }
        if let error { throw error }
    }

    /// Takes back the line of a request; false when some of it has left.
    func withdraw(_ id: Int64) -> Bool {
        state.withLock { state in
            guard let index = state.lines.firstIndex(where: { $0.id == id }), index > 0 || state.offset == 0 else {
                return false
            }
            state.size -= state.lines.remove(at: index).bytes.count
            return true
        }
    }

    /// Writes what waits, until the task is cancelled or the other side is gone.
    func run() async {
        for await _ in signals {
            while state.withLock({ !$0.lines.isEmpty && !$0.isBroken }) {
                guard (try? await pipe.waitWritable()) != nil else { return stop() }
                state.withLock { flush(&$0) }
            }
        }
    }

    /// Ends the child's input; what waits is lost.
    func close() {
        stop()
        pipe.close()
    }

    private func stop() {
        state.withLock { state in
            state.isBroken = true
            state.lines = []
        }
        signal.finish()
    }

    private func flush(_ state: inout State) {
        while let line = state.lines.first {
            let offset = state.offset
            let count = (try? pipe.write(some: line.bytes, from: offset)) ?? -1
            guard count >= 0 else {
                state.isBroken = true
                state.lines = []
                return
            }
            guard count > 0 else { return }
            state.offset += count
            if state.offset == line.bytes.count {
                state.lines.removeFirst()
                state.size -= line.bytes.count
                state.offset = 0
            }
        }
    }

    private static let gone = MCPError(
        "closed", "the server does not read any more", mayHaveRun: false, endsConnection: true)
    private static let full = MCPError(
        "too_large", "too much waits for the server to read it", mayHaveRun: false)
}
