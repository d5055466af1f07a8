// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A message of the attach protocol: one JSON object a line, UTF-8, ended by a line feed.
///
/// The client speaks first with `hello`; the server answers with its own, then a snapshot, then events. Unknown
/// message types are skipped by both sides, so that either may be newer.
public enum LinkMessage: Sendable, Equatable {
    /// The protocol's version: raised when an old peer could misunderstand a message.
    public static let version = 4

    /// Who speaks; `features` names optional parts.
    case hello(Hello)
    /// Server: the whole state.
    case snapshot(Snapshot)
    /// Server: events in order.
    case events([Event])
    /// Server: the client was too slow; a snapshot follows.
    case missed(Int)
    /// Client: asks for a fresh snapshot.
    case resync
    /// Client: a command.
    case command(Command)
    /// Server: the reply to a command.
    case reply(CommandReply)
    /// Client: a probe with an opaque number.
    case ping(UInt64)
    /// Server: the answer to a probe, with the engine's clock.
    case pong(UInt64, Timestamp)
    /// Server: the reason before it closes.
    case bye(String)
    /// A type that this build does not know.
    case unknown(String)

    /// The greeting.
    public struct Hello: Sendable, Equatable, Codable {
        /// The speaker's protocol version.
        public var version: Int
        /// The speaker's build, for display.
        public var build: String
        /// Optional parts that the speaker knows.
        public var features: [String]
        /// Client: whether it wants events (a console) or only sends commands (the command line).
        public var wantsEvents: Bool
        /// Client: whether commands that change something are to be refused.
        public var isReadOnly: Bool

        /// Makes a greeting.
        public init(version: Int, build: String, features: [String], wantsEvents: Bool, isReadOnly: Bool) {
            self.version = version
            self.build = build
            self.features = features
            self.wantsEvents = wantsEvents
            self.isReadOnly = isReadOnly
        }
    }
}

extension LinkMessage: Codable {
    enum CodingKeys: String, CodingKey {
        case type
        case hello
        case snapshot
        case events
        case count
        case command
        case reply
        case number
        case time
        case reason
    }

    /// Decodes a message; an unknown type becomes `.unknown`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let type = try container.decode(String.self, forKey: .type)
        switch type {
        case "hello": self = .hello(try container.decode(Hello.self, forKey: .hello))
        case "snapshot": self = .snapshot(try container.decode(Snapshot.self, forKey: .snapshot))
        case "events": self = .events(try container.decode([Event].self, forKey: .events))
        case "missed": self = .missed(try container.decode(Int.self, forKey: .count))
        case "resync": self = .resync
        case "command": self = .command(try container.decode(Command.self, forKey: .command))
        case "reply": self = .reply(try container.decode(CommandReply.self, forKey: .reply))
        case "ping": self = .ping(try container.decode(UInt64.self, forKey: .number))
        case "pong":
            self = .pong(
                try container.decode(UInt64.self, forKey: .number), try container.decode(Timestamp.self, forKey: .time))
        case "bye": self = .bye(try container.decode(String.self, forKey: .reason))
        default: self = .unknown(type)
        }
    }

    /// Encodes the message with its type.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .hello(let hello):
            try container.encode("hello", forKey: .type)
            try container.encode(hello, forKey: .hello)
        case .snapshot(let snapshot):
            try container.encode("snapshot", forKey: .type)
            try container.encode(snapshot, forKey: .snapshot)
        case .events(let events):
            try container.encode("events", forKey: .type)
            try container.encode(events, forKey: .events)
        case .missed(let count):
            try container.encode("missed", forKey: .type)
            try container.encode(count, forKey: .count)
        case .resync: try container.encode("resync", forKey: .type)
        case .command(let command):
            try container.encode("command", forKey: .type)
            try container.encode(command, forKey: .command)
        case .reply(let reply):
            try container.encode("reply", forKey: .type)
            try container.encode(reply, forKey: .reply)
        case .ping(let number):
            try container.encode("ping", forKey: .type)
            try container.encode(number, forKey: .number)
        case .pong(let number, let time):
            try container.encode("pong", forKey: .type)
            try container.encode(number, forKey: .number)
            try container.encode(time, forKey: .time)
        case .bye(let reason):
            try container.encode("bye", forKey: .type)
            try container.encode(reason, forKey: .reason)
        case .unknown(let type): try container.encode(type, forKey: .type)
        }
    }
}
