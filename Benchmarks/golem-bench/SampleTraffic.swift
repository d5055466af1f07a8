// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The events of a busy engine: turns of two hundred chats, each with a tool call and pieces of its answer.
enum SampleTraffic {
    /// What is published.
    struct Happening: Sendable {
        let kind: EventKind
        let requestID: String
        let session: String
    }

    /// The happening at a place of the stream; each turn has five, and so many deltas.
    static func happening(_ index: Int, deltas: Int) -> Happening {
        let turn = index / (5 + deltas)
        let chat = "\(turn % 200)"
        let kind: EventKind =
            switch index % (5 + deltas) {
            case 0:
                .chatReceived(
                    ChatReceived(
                        channel: "demo", chatID: chat, sender: "user", text: "what changed?", length: 13,
                        queueDepth: 1))
            case 1:
                .turnStarted(
                    TurnStarted(
                        channel: "demo", chatID: chat, sender: "user", stepLimit: 20, queuedMicroseconds: 300,
                        isResumed: false))
            case 2:
                .toolStarted(ToolStarted(callID: "c\(turn)", tool: "read_file", arguments: #"{"path":"a"}"#))
            case 3:
                .toolFinished(
                    ToolFinished(
                        callID: "c\(turn)", tool: "read_file", outcome: .ok,
                        durationMicroseconds: Int64(turn % 5_000), result: "text"))
            case 4 + deltas:
                .turnFinished(
                    TurnFinished(
                        text: "done", stopReason: "answered", steps: 1, tokensIn: 20, tokensOut: 10,
                        durationMicroseconds: 1_000))
            default: .turnDelta(TurnDelta(text: "a piece of text ", isThinking: false))
            }
        return Happening(kind: kind, requestID: "r\(turn)", session: "demo:\(chat)")
    }
}
