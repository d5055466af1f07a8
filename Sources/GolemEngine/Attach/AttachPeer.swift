// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The other end of an attach connection: whole messages in, whole messages out.
///
/// Messages are read by one task; any task may send.
actor AttachPeer {
    private let connection: UnixSocketConnection
    private let reader: Reader
    private var isSending = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(connection: UnixSocketConnection) {
        self.connection = connection
        reader = Reader(connection: connection)
    }

    /// The next message; nil at the end, after an error or when the task is cancelled.
    nonisolated func next() async -> LinkMessage? { await reader.next() }

    /// Ends the connection; `next` gives nil and `send` false from then on.
    nonisolated func close() { connection.close() }

    /// Sends a message after those before it; false when the connection is gone.
    @discardableResult
    func send(_ message: LinkMessage) async -> Bool {
        // A write may suspend: without this a second one would come in between.
        while isSending { await withCheckedContinuation { waiting.append($0) } }
        isSending = true
        defer {
            isSending = false
            if !waiting.isEmpty { waiting.removeFirst().resume() }
        }
        do {
            try await connection.write(LineCodec.line(message))
            return true
        } catch {
            return false
        }
    }

    private actor Reader {
        private let connection: UnixSocketConnection
        private var buffer = LineBuffer()

        init(connection: UnixSocketConnection) { self.connection = connection }

        func next() async -> LinkMessage? {
            while true {
                while let line = buffer.next() {
                    if let message = LineCodec.message(line) { return message }
                }
                guard !buffer.isOverflowing, let bytes = try? await connection.read(max: 65_536), !bytes.isEmpty else {
                    return nil
                }
                buffer.append(bytes)
            }
        }
    }
}
