// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// Cuts a stream of bytes into lines of bounded length.
struct LineSplitter {
    /// What becomes of a line that is too long.
    enum Excess {
        /// It is left out; only its beginning and its end are kept, for whoever wants to know what it was.
        case skipped
        /// Its beginning counts, the rest is dropped.
        case cut
    }

    private let limit: Int
    private let excess: Excess
    private var partial: [UInt8] = []
    private var isDropping = false
    /// The end so far of a line that is left out.
    private var end: [UInt8] = []
    /// How much of the beginning and the end of such a line is kept.
    private static let edge = 4_096

    init(limit: Int, excess: Excess) {
        self.limit = limit
        self.excess = excess
    }

    /// Takes the next bytes and gives each line that they complete, without its line end; of a line that is left out
    /// `skipped` gets the beginning and the end.
    mutating func feed(
        _ bytes: UnsafeBufferPointer<UInt8>, skipped: (_ head: [UInt8], _ tail: [UInt8]) -> Void = { _, _ in },
        _ line: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            guard let found = memchr(start, 10, rest.count) else { return keep(rest) }
            let length = start.distance(to: found.assumingMemoryBound(to: UInt8.self))
            let piece = UnsafeBufferPointer(rebasing: rest[..<length])
            rest = UnsafeBufferPointer(rebasing: rest[(length + 1)...])
            if partial.isEmpty, !isDropping, length <= limit {
                line(Self.trimmed(piece))
                continue
            }
            keep(piece)
            if isDropping, excess == .skipped {
                skipped(partial, end)
                end = []
            } else {
                partial.withUnsafeBufferPointer { line(Self.trimmed($0)) }
            }
            partial.removeAll(keepingCapacity: partial.capacity <= 65_536)
            isDropping = false
        }
    }

    /// Gives what the stream left without a line end.
    mutating func finish(_ line: (UnsafeBufferPointer<UInt8>) -> Void) {
        guard !partial.isEmpty, !(isDropping && excess == .skipped) else { return }
        partial.withUnsafeBufferPointer { line(Self.trimmed($0)) }
        partial = []
    }

    private mutating func keep(_ piece: UnsafeBufferPointer<UInt8>) {
        guard !isDropping else { return keepEnd(piece) }
        let room = limit - partial.count
        guard piece.count > room else { return partial.append(contentsOf: piece) }
        partial.append(contentsOf: piece[..<room])
        isDropping = true
        guard excess == .skipped else { return }
        end = Array(partial.suffix(Self.edge))
        partial = Array(partial.prefix(Self.edge))
        keepEnd(UnsafeBufferPointer(rebasing: piece[room...]))
    }

    private mutating func keepEnd(_ piece: UnsafeBufferPointer<UInt8>) {
        guard excess == .skipped else { return }
        end.append(contentsOf: piece.suffix(Self.edge))
        if end.count > Self.edge { end.removeFirst(end.count - Self.edge) }
    }

    private static func trimmed(_ line: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        line.last == 13 ? UnsafeBufferPointer(rebasing: line.dropLast()) : line
    }
}
