// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The stored messages of a chat: what `readTranscript` answers with.
///
/// The one form that the engine writes and the console and `golem chats show` read; JSON in a reply's `payload`.
public struct StoredTranscript: Sendable, Equatable, Codable {
    /// The chat, by session key.
    public var session: String
    /// The messages, oldest first.
    public var entries: [Entry]
    /// Whether older messages are stored that the asked-for limit left out.
    public var isCut: Bool

    /// Makes a transcript.
    public init(session: String, entries: [Entry], isCut: Bool = false) {
        self.session = session
        self.entries = entries
        self.isCut = isCut
    }

    /// Who a message is from.
    public enum Role: String, Sendable, Equatable, Codable {
        /// A person.
        case user
        /// The model.
        case assistant
        /// The result of a tool call.
        case tool
        /// A message that the writer or the reader does not understand; `text` says why.
        case unreadable
    }

    /// A tool call that the model asked for.
    public struct ToolCall: Sendable, Equatable, Codable {
        /// The model's id of the call, which its result repeats.
        public var id: String
        /// The tool.
        public var name: String
        /// The arguments as the model wrote them.
        public var arguments: String

        /// Makes a call.
        public init(id: String, name: String, arguments: String) {
            self.id = id
            self.name = name
            self.arguments = arguments
        }
    }

    /// One stored message.
    ///
    /// Reading one never fails: what cannot be understood becomes an entry that says so, so that nothing is left out silently.
    public struct Entry: Sendable, Equatable {
        /// The turn that it belongs to.
        public var turn: Int64
        /// When its turn was stored; nil where it is not known.
        public var time: Timestamp?
        /// Who it is from.
        public var role: Role
        /// Its text; for a tool, the result.
        public var text: String
        /// The calls that the model asked for.
        public var toolCalls: [ToolCall]
        /// The call that a tool's result answers.
        public var callID: String?
        /// The tool whose result it is.
        public var toolName: String?
        /// Whether the tool's result is an error.
        public var isError: Bool

        /// Makes an entry.
        public init(
            turn: Int64, time: Timestamp?, role: Role, text: String, toolCalls: [ToolCall] = [], callID: String? = nil,
            toolName: String? = nil, isError: Bool = false
        ) {
            self.turn = turn
            self.time = time
            self.role = role
            self.text = text
            self.toolCalls = toolCalls
            self.callID = callID
            self.toolName = toolName
            self.isError = isError
        }
    }
}

extension StoredTranscript.Entry: Codable {
    enum CodingKeys: String, CodingKey {
        case turn
        case time
        case role
        case text
        case toolCalls
        case callID
        case toolName
        case isError
    }

    /// Decodes an entry; never throws, see the type.
    public init(from decoder: any Decoder) {
        guard let container = try? decoder.container(keyedBy: CodingKeys.self) else {
            self.init(turn: 0, time: nil, role: .unreadable, text: "an entry that is no object")
            return
        }
        func value<Value: Decodable>(_ type: Value.Type, _ key: CodingKeys) -> Value? {
            (try? container.decodeIfPresent(type, forKey: key)) ?? nil
        }
        let word = value(String.self, .role)
        let role = word.flatMap(StoredTranscript.Role.init(rawValue:))
        var text = value(String.self, .text)
        if role == nil {
            let from = word.map { "from \"\(bounded($0, 40))\", which this version does not know" } ?? "from nobody"
            text = "an entry \(from)" + (text.map { ": \($0)" } ?? "")
        }
        self.init(
            turn: value(Int64.self, .turn) ?? 0, time: value(Timestamp.self, .time), role: role ?? .unreadable,
            text: text ?? "", toolCalls: value([StoredTranscript.ToolCall].self, .toolCalls) ?? [],
            callID: value(String.self, .callID), toolName: value(String.self, .toolName),
            isError: value(Bool.self, .isError) ?? false)
    }

    /// Encodes the entry; what it does not have is left out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(turn, forKey: .turn)
        try container.encodeIfPresent(time, forKey: .time)
        try container.encode(role, forKey: .role)
        try container.encode(text, forKey: .text)
        if !toolCalls.isEmpty { try container.encode(toolCalls, forKey: .toolCalls) }
        try container.encodeIfPresent(callID, forKey: .callID)
        try container.encodeIfPresent(toolName, forKey: .toolName)
        if isError { try container.encode(isError, forKey: .isError) }
    }
}
