// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The engine's answer to a command.
public struct CommandReply: Sendable, Equatable, Codable {
    /// How the command fared.
    public enum Status: String, Sendable, Equatable, Codable {
        /// It was understood and is being carried out.
        case accepted
        /// It was carried out; `message` says what the engine read back.
        case done
        /// It was not carried out; `message` says why.
        case refused
    }

    /// The command's id.
    public var commandID: String
    /// How it fared.
    public var status: Status
    /// A stable code, for example `done`, `not_pending`, `unknown_session`, `stale_view`, `read_only`.
    public var code: String
    /// A sentence for humans.
    public var message: String
    /// The position after the command took effect.
    public var seq: UInt64
    /// The command line that does the same, for operators to see and reuse.
    public var commandLine: String?
    /// JSON, for commands that ask for something.
    public var payload: String?

    /// Makes a reply.
    public init(
        commandID: String, status: Status, code: String, message: String, seq: UInt64, commandLine: String? = nil,
        payload: String? = nil
    ) {
        self.commandID = commandID
        self.status = status
        self.code = code
        self.message = message
        self.seq = seq
        self.commandLine = commandLine
        self.payload = payload
    }
}
