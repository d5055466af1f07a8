// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// A tool as the model sees it.
package struct ToolDefinition: Sendable, Equatable {
    /// The name: `[A-Za-z0-9_-]`, at most 64 characters, the alphabet of the model APIs.
    package var name: String
    /// What it does, for the model.
    package var description: String
    /// The JSON schema of its arguments (an object schema).
    package let parameters: JSONValue
    /// `parameters` as JSON text: every model call sends it.
    package let parametersJSON: [UInt8]

    /// Makes a definition.
    package init(name: String, description: String, parameters: JSONValue) {
        self.name = name
        self.description = description
        self.parameters = parameters
        parametersJSON = parameters.bytes
    }
}

/// The circumstances of a tool call.
package struct ToolContext: Sendable {
    /// The request of the turn.
    package var requestID: String
    /// The session key.
    package var session: String
    /// The channel.
    package var channel: String
    /// The chat id within the channel.
    package var chatID: String
    /// Who asked.
    package var sender: String
    /// The id of the call, unique within its turn; empty outside of turns.
    package var callID = ""
    /// The call's time, which stands still while a person is asked; nil where nothing counts it.
    package var clock: CallClock?
    /// Takes how far the call is; nil where nobody wants to know.
    package var onProgress: (@Sendable (ToolProgress) -> Void)?
    /// The turn as those see it who wait for its answer.
    package var feed: TurnFeed?
    /// What the call's task prefers; nil is the global executor.
    package var executor: (any TaskExecutor)?

    /// Makes the context.
    package init(requestID: String, session: String, channel: String, chatID: String, sender: String) {
        self.requestID = requestID
        self.session = session
        self.channel = channel
        self.chatID = chatID
        self.sender = sender
    }
}

/// What a tool call gave.
///
/// A tool's error is a result too: the model sees it and goes on.
package struct ToolResult: Sendable, Equatable {
    /// How it ended.
    package var outcome: ToolOutcome
    /// The text for the model.
    package var content: String
    /// Whether the text comes from outside (web, commands) and must be fenced before the model sees it.
    package var isUntrusted: Bool

    /// Makes a result.
    package init(outcome: ToolOutcome, content: String, isUntrusted: Bool = false) {
        self.outcome = outcome
        self.content = content
        self.isUntrusted = isUntrusted
    }

    /// A good result.
    package static func ok(_ content: String, isUntrusted: Bool = false) -> ToolResult {
        ToolResult(outcome: .ok, content: content, isUntrusted: isUntrusted)
    }

    /// An error that the model sees.
    package static func error(_ message: String) -> ToolResult { ToolResult(outcome: .error, content: message) }
}

/// Something the model may call.
///
/// `call` may run at the same time for several turns. Cancelling the calling task ends it promptly. A tool has its
/// own deadline where it can hang; the agent sets one more around every call.
package protocol Tool: Sendable {
    /// How the model sees it; constant.
    var definition: ToolDefinition { get }

    /// Whether running it twice could do harm; such a call is never repeated after a crash.
    var hasSideEffects: Bool { get }

    /// Other names under which policy knows it; constant.
    var aliases: [String] { get }

    /// The MCP server that it belongs to; nil for other tools. Constant.
    var serverName: String? { get }

    /// How long a call may take by the tool's own word; nil leaves it to the agent.
    var timeLimit: Duration? { get }

    /// Whether a call only sends, waits and reads little, so that it may run where turns run; constant.
    ///
    /// There it costs no change of thread, and holds up everybody if it computes for long or blocks.
    var mostlyWaits: Bool { get }

    /// Runs it with `arguments`, which is an object.
    func call(_ arguments: JSONValue, context: ToolContext) async -> ToolResult
}

extension Tool {
    package var aliases: [String] { [] }
    package var serverName: String? { nil }
    package var timeLimit: Duration? { nil }
    package var mostlyWaits: Bool { false }

    /// The name under which policy, grants and audit know it: it stays with the tool, whoever inherits the model's name.
    package var policyName: String { aliases.first ?? definition.name }
}
