// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import Testing

@testable import GolemTUI

@Suite struct OutputQueueTests {
    @Test func `What a terminal does not take waits, in order`() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        var queue = OutputQueue(descriptor: ends[1])
        defer { queue.close() }
        let sent = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 % 251) }
        queue.append(Array(sent[..<200_000]))
        try queue.flush()
        #expect(!queue.isEmpty && !queue.isReady())
        queue.append(Array(sent[200_000...]))
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while received.count < sent.count {
            let count = read(ends[0], &buffer, buffer.count)
            try #require(count > 0)
            received += buffer[..<count]
            try queue.flush()
        }
        #expect(received == sent && queue.isEmpty && queue.isReady())
    }

    @Test func `A terminal that takes nothing is not waited for`() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        var queue = OutputQueue(descriptor: ends[1])
        defer { queue.close() }
        queue.append([UInt8](repeating: 1, count: 200_000))
        queue.flushPatiently()
        #expect(queue.isEmpty)
    }
}
