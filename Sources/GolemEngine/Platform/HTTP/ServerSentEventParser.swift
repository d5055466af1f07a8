// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// One event of a `text/event-stream` as a client receives it.
package struct ReceivedServerSentEvent: Sendable, Hashable {
    /// The event's name; `message` when the stream names none.
    package var name: String
    /// The data lines, joined with line feeds.
    package var data: String
    /// The last id the stream has set, which a client sends when it reconnects.
    package var lastEventID: String

    /// Makes an event.
    package init(name: String = "message", data: String, lastEventID: String = "") {
        self.name = name
        self.data = data
        self.lastEventID = lastEventID
    }
}

/// Turns the bytes of a `text/event-stream` into events, however the bytes are cut (WHATWG HTML, section 9.2.6).
///
/// An event is complete at its empty line; what a stream leaves unfinished at its end is dropped, as the algorithm says.
package struct ServerSentEventParser: Sendable {
    /// A line or an event is larger than allowed; the parser is of no further use.
    package struct TooLong: Error, Sendable, Hashable {
        /// The limit in bytes.
        package let limit: Int
    }

    /// An event that was too long: its beginning and its end.
    package struct Skipped: Sendable, Hashable {
        /// The first bytes of its data.
        package let head: [UInt8]
        /// The last bytes of its data.
        package let tail: [UInt8]
    }

    /// How much is kept of the beginning and the end of an event that was too long.
    private static let edge = 4_096

    private let maxEventBytes: Int
    private let skipsLongEvents: Bool
    /// The beginning of the event that is being left out.
    private var head: [UInt8]?
    /// Whether the line is too long; then it holds only its end.
    private var isLineCut = false
    private var skipped: [Skipped] = []
    private var line: [UInt8] = []
    private var sawCarriageReturn = false
    private var isAtStart = true
    private var name: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var lastEventID = ""

    /// The reconnection time the stream has asked for, in milliseconds.
    package private(set) var retryMilliseconds: Int?

    /// How many bytes of an event that is not complete are kept.
    package var pendingBytes: Int { line.count + data.count }

    /// Makes a parser.
    ///
    /// - Parameters:
    ///   - maxEventBytes: the most that one line, and the data of one event, may have.
    ///   - skipsLongEvents: whether an event with more is left out, see `takeSkipped()`; else it ends the stream.
    package init(maxEventBytes: Int = 4 * 1024 * 1024, skipsLongEvents: Bool = false) {
        self.maxEventBytes = maxEventBytes
        self.skipsLongEvents = skipsLongEvents
    }

    /// The events that were left out since the last time.
    package mutating func takeSkipped() -> [Skipped] {
        guard !skipped.isEmpty else { return [] }
        defer { skipped = [] }
        return skipped
    }

    /// Takes the next bytes and returns the events that they complete.
    package mutating func feed(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [ReceivedServerSentEvent] {
        var events: [ReceivedServerSentEvent] = []
        for byte in bytes {
            switch byte {
            case 10:
                if sawCarriageReturn {
                    sawCarriageReturn = false
                } else {
                    try endLine(&events)
                }
            case 13:
                sawCarriageReturn = true
                try endLine(&events)
            default:
                sawCarriageReturn = false
                line.append(byte)
                if line.count > maxEventBytes { try cutLine() }
            }
        }
        return events
    }

    private mutating func cutLine() throws(TooLong) {
        guard skipsLongEvents else { throw TooLong(limit: maxEventBytes) }
        if !isLineCut {
            isLineCut = true
            let field = Array("data:".utf8)
            if line.starts(with: field), head == nil {
                head = Array((data + line.dropFirst(field.count)).prefix(Self.edge))
            }
        }
        line = Array(line.suffix(min(Self.edge, maxEventBytes)))
    }

    private mutating func endLine(_ events: inout [ReceivedServerSentEvent]) throws(TooLong) {
        defer { line.removeAll(keepingCapacity: line.capacity <= 64 * 1024) }
        if isAtStart {
            isAtStart = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        guard !line.isEmpty else { return dispatch(&events) }
        if isLineCut {
            isLineCut = false
            // A line of anything but data is of no use without its beginning.
            if head != nil { data = line }
            return
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return try take(field: line[...], value: []) }
        var value = line[(colon + 1)...]
        if value.first == 0x20 { value = value.dropFirst() }
        try take(field: line[..<colon], value: value)
    }

    private mutating func take(field: ArraySlice<UInt8>, value: ArraySlice<UInt8>) throws(TooLong) {
        // A line that begins with a colon has an empty field name: a comment.
        if field.elementsEqual("data".utf8) {
            if hasData { data.append(10) }
            hasData = true
            data.append(contentsOf: value)
            guard data.count > maxEventBytes else { return }
            guard skipsLongEvents else { throw TooLong(limit: maxEventBytes) }
            if head == nil { head = Array(data.prefix(Self.edge)) }
            data = Array(data.suffix(Self.edge))
        } else if field.elementsEqual("event".utf8) {
            name = Array(value)
        } else if field.elementsEqual("id".utf8) {
            if !value.contains(0) { lastEventID = String(decoding: value, as: UTF8.self) }
        } else if field.elementsEqual("retry".utf8), !value.isEmpty, value.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            if let number = Int(String(decoding: value, as: UTF8.self)) { retryMilliseconds = number }
        }
    }

    private mutating func dispatch(_ events: inout [ReceivedServerSentEvent]) {
        defer {
            name = []
            data.removeAll(keepingCapacity: data.capacity <= 64 * 1024)
            hasData = false
            head = nil
        }
        if let head { return skipped.append(Skipped(head: head, tail: Array(data.suffix(Self.edge)))) }
        guard hasData else { return }
        events.append(
            ReceivedServerSentEvent(
                name: name.isEmpty ? "message" : String(decoding: name, as: UTF8.self),
                data: String(decoding: data, as: UTF8.self), lastEventID: lastEventID))
    }
}
