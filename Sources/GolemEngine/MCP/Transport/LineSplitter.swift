// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// Cuts a stream of bytes into lines of bounded length.
struct LineSplitter {
    /// What becomes of a line that is too long.
    enum Excess {
        /// It ends the stream.
        case refused
        /// Its beginning counts, the rest is dropped.
        case cut
    }

    private let limit: Int
    private let excess: Excess
    private var partial: [UInt8] = []
    private var isDropping = false

    init(limit: Int, excess: Excess) {
        self.limit = limit
        self.excess = excess
    }

    /// Takes the next bytes and gives each line that they complete, without its line end; false when a line is too
    /// long.
    mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, _ line: (UnsafeBufferPointer<UInt8>) -> Void) -> Bool {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            guard let found = memchr(start, 10, rest.count) else { return keep(rest) }
            let length = start.distance(to: found.assumingMemoryBound(to: UInt8.self))
            let piece = UnsafeBufferPointer(rebasing: rest[..<length])
            rest = UnsafeBufferPointer(rebasing: rest[(length + 1)...])
            if partial.isEmpty, !isDropping, length <= limit {
                line(Self.trimmed(piece))
            } else {
                guard keep(piece) else { return false }
                partial.withUnsafeBufferPointer { line(Self.trimmed($0)) }
                partial.removeAll(keepingCapacity: partial.capacity <= 65_536)
                isDropping = false
            }
        }
        return true
    }

    /// Gives what the stream left without a line end.
    mutating func finish(_ line: (UnsafeBufferPointer<UInt8>) -> Void) {
        guard !partial.isEmpty else { return }
        partial.withUnsafeBufferPointer { line(Self.trimmed($0)) }
        partial = []
    }

    private mutating func keep(_ piece: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !isDropping else { return true }
        let room = limit - partial.count
        guard piece.count > room else {
            partial.append(contentsOf: piece)
            return true
        }
        guard excess == .cut else { return false }
        partial.append(contentsOf: piece[..<room])
        isDropping = true
        return true
    }

    private static func trimmed(_ line: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        line.last == 13 ? UnsafeBufferPointer(rebasing: line.dropLast()) : line
    }
}
