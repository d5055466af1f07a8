// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
package import GolemEvents

/// A tool call that was made or refused in the past, as far as the store remembers it.
package struct PastCall: Sendable, Equatable {
    /// When.
    package var time: Timestamp
    /// Its request.
    package var requestID: String
    /// The tool's name, as the model called it.
    package var tool: String
    /// Its arguments, an object; nil when they were not kept whole.
    package var arguments: JSONValue?
    /// The channel of the chat.
    package var channel: String
    /// Who wrote the message that the turn answered.
    package var sender: String
    /// Whether a person was asked.
    package var wasAsked: Bool
    /// Whether policy refused it.
    package var wasDenied: Bool
}

extension PastCall {
    /// Reads the calls since a time, the oldest first; blocks on the disk, beside a running engine too.
    package static func read(database: String, since: Timestamp) throws(StoreError) -> [PastCall] {
        guard access(database, F_OK) == 0 else {
            throw StoreError(
                code: "no_store", message: "no engine has run on this workspace yet: there is no \(database)",
                isRetryable: false)
        }
        do {
            let connection = try SQLiteConnection(path: database, readOnly: true)
            var found = Finder(try origins(connection, since))
            try readMessages(connection, since, &found)
            try connection.query(
                """
                SELECT body FROM events WHERE time >= ?
                AND (body LIKE '%"kind":"tool.started"%' OR body LIKE '%"kind":"approval.requested"%'
                OR body LIKE '%"kind":"tool.finished"%') ORDER BY id
                """, [.integer(since.microseconds)]
            ) { row in
                if let event = jsonValue(Event.self, row.text(0)) { found.add(event) }
            }
            return found.order.compactMap { found.calls[$0] }
        } catch {
            throw StoreError(error, path: database)
        }
    }

    /// Where a request came from, by its turn's number.
    private struct Origin {
        var requestID: String
        var channel: String
        var sender: String
    }

    private static func origins(
        _ connection: SQLiteConnection, _ since: Timestamp
    ) throws(SQLiteError) -> [Int64: Origin] {
        var origins: [Int64: Origin] = [:]
        // A turn may have begun long before its calls.
        try connection.query(
            "SELECT id, request_id, channel, sender FROM inbox WHERE received_at >= ?",
            [.integer(since.microseconds - 86_400_000_000)]
        ) { origins[$0.integer(0)] = Origin(requestID: $0.text(1), channel: $0.text(2), sender: $0.text(3)) }
        return origins
    }

    /// The whole arguments, which stand in the answers of the model only.
    private static func readMessages(
        _ connection: SQLiteConnection, _ since: Timestamp, _ found: inout Finder
    ) throws(SQLiteError) {
        var arguments: [String: String] = [:]
        let turns = found.origins
        try connection.query(
            "SELECT turn, body FROM messages WHERE created_at >= ? AND body LIKE '%\"toolCalls\"%'",
            [.integer(since.microseconds)]
        ) { row in
            guard let origin = turns[row.integer(0)],
                case .assistant(_, let calls)? = jsonValue(ModelMessage.self, row.text(1))
            else { return }
            for call in calls { arguments[Finder.key(origin.requestID, call.id)] = call.arguments }
        }
        found.arguments = arguments
    }

    /// Puts together what several events tell of one call.
    private struct Finder {
        let origins: [Int64: Origin]
        private let byRequest: [String: Origin]
        var arguments: [String: String] = [:]
        var calls: [String: PastCall] = [:]
        var order: [String] = []

        init(_ origins: [Int64: Origin]) {
            self.origins = origins
            byRequest = Dictionary(origins.values.map { ($0.requestID, $0) }, uniquingKeysWith: { first, _ in first })
        }

        static func key(_ request: String, _ call: String) -> String { "\(request)\u{0}\(call)" }

        mutating func add(_ event: Event) {
            switch event.kind {
            case .approvalRequested(let question):
                // After a restart the same call is asked for once more.
                note(event, question.callID, question.tool, question.arguments) { $0.wasAsked = true }
            case .toolStarted(let started): note(event, started.callID, started.tool, started.arguments) { _ in }
            case .toolFinished(let finished) where finished.outcome == .denied:
                note(event, finished.callID, finished.tool, nil) { $0.wasDenied = !$0.wasAsked }
            default: break
            }
        }

        private mutating func note(
            _ event: Event, _ id: String, _ tool: String, _ given: String?, _ change: (inout PastCall) -> Void
        ) {
            let request = event.requestID ?? ""
            let key = Self.key(request, id)
            if calls[key] == nil {
                let origin = byRequest[request]
                calls[key] = PastCall(
                    time: event.time, requestID: request, tool: tool, arguments: nil,
                    channel: origin?.channel ?? event.session?.split(separator: ":").first.map(String.init) ?? "",
                    sender: origin?.sender ?? "", wasAsked: false, wasDenied: false)
                order.append(key)
            }
            if calls[key]?.arguments == nil {
                calls[key]?.arguments = [arguments[key], given].lazy.compactMap(\.self)
                    .compactMap { try? JSONValue(parsing: $0.isEmpty ? "{}" : $0) }.first { $0.objectValue != nil }
            }
            if var call = calls[key] {
                change(&call)
                calls[key] = call
            }
        }
    }
}
