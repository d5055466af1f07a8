// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// `question.asked`: an MCP server asks a person something (`elicitation/create`).
public struct QuestionAsked: EventPayload {
    /// The number under which it is answered; together with `askedAt` it stands for this question for ever.
    public var id: Int64
    /// The server that asks, by its name in the configuration.
    public var server: String
    /// What the server says.
    public var message: String
    /// What it wants to know, in order; empty when it wants a URL to be opened.
    public var fields: [QuestionField]
    /// The URL that it wants a person to open; nil for a form.
    public var url: String?
    /// The tool whose call waits for the answer, by the model's name; nil when that is not known.
    public var tool: String?
    /// The id of that call.
    public var callID: String?
    /// When it was asked.
    public var askedAt: Timestamp
    /// When it expires.
    public var expiresAt: Timestamp
    /// Who was told, as in `ApprovalRequested.notified`; empty when nobody could be asked.
    public var notified: [String]

    /// Makes the payload.
    public init(
        id: Int64, server: String, message: String, fields: [QuestionField] = [], url: String? = nil,
        tool: String? = nil, callID: String? = nil, askedAt: Timestamp, expiresAt: Timestamp, notified: [String] = []
    ) {
        self.id = id
        self.server = server
        self.message = message
        self.fields = fields
        self.url = url
        self.tool = tool
        self.callID = callID
        self.askedAt = askedAt
        self.expiresAt = expiresAt
        self.notified = notified
    }

    /// The host of its URL, without user, port and path; nil when there is none.
    public var host: String? { url.flatMap(Self.host) }

    /// The host of a URL with an authority, in lower case; nil when it has none.
    ///
    /// What stands before `@` is no host, however much it looks like one.
    public static func host(of url: String) -> String? {
        guard let start = url.firstRange(of: "://")?.upperBound else { return nil }
        let authority = url[start...].prefix { !"/?#\\".contains($0) }
        let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        let host: Substring
        if place.first == "[" {
            guard let end = place.firstIndex(of: "]") else { return nil }
            host = place[...end]
        } else {
            host = place.prefix { $0 != ":" }
        }
        return host.isEmpty ? nil : host.lowercased()
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) {
        message = transform(message)
        mapOptional(&url, transform)
        for index in fields.indices { fields[index].mapText(transform) }
    }
}

/// `question.answered` and `question.expired`: a question of an MCP server does not wait any more.
///
/// What was answered is not in it: values go to the server and nowhere else.
public struct QuestionClosed: EventPayload {
    /// The number of the question.
    public var id: Int64
    /// The server that asked.
    public var server: String
    /// `accepted`, `declined`, `cancelled` (by a person), `withdrawn` (the server, its connection, the call or an
    /// operator's brake ended it), `expired`, or `nobody_asked` when it expired and nobody had been there to answer.
    public var outcome: String
    /// Who did it; `system` where nobody did.
    public var by: String
    /// Why, where nobody answered.
    public var note: String

    /// Makes the payload.
    public init(id: Int64, server: String, outcome: String, by: String, note: String) {
        self.id = id
        self.server = server
        self.outcome = outcome
        self.by = by
        self.note = note
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { note = transform(note) }
}
