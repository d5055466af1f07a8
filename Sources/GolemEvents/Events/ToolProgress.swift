// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// How far a tool call is, by its own word.
public struct ToolProgress: Sendable, Equatable, Codable {
    /// How much is done, in the tool's own unit.
    public var done: Double
    /// How much there is to do; nil when it is not known.
    public var total: Double?
    /// What it does now; empty when it does not say.
    public var message: String

    /// Makes the value.
    public init(done: Double, total: Double? = nil, message: String = "") {
        self.done = done
        self.total = total
        self.message = message
    }

    /// For people: `reading (3 of 10)`, `3 of 10`, `3 so far`.
    public var text: String {
        let figures = QuestionField.text(done) + (total.map { " of \(QuestionField.text($0))" } ?? "")
        guard message.isEmpty else { return "\(message) (\(figures))" }
        return total == nil ? "\(figures) so far" : figures
    }
}

/// `tool.progress`: a running tool call says how far it is; at most five a second and call, the newest.
public struct ToolProgressed: EventPayload {
    /// The id of the call.
    public var callID: String
    /// The tool's name.
    public var tool: String
    /// How far it is.
    public var progress: ToolProgress

    /// Makes the payload.
    public init(callID: String, tool: String, progress: ToolProgress) {
        self.callID = callID
        self.tool = tool
        self.progress = progress
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { progress.message = transform(progress.message) }
}
