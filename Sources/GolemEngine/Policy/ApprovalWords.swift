// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// `/approve <number> [session|30m]` and `/reject <number> [note]` in a chat, the question that asks for them, and
/// `/answer <number> <field>=<value> …` and `/decline <number>` for questions of MCP servers.
struct ApprovalWords: Sendable, Equatable {
    /// How many bytes the arguments may have for a decision in a chat: whoever decides must have seen all of them.
    static let argumentLimit = 3_000

    /// What was asked for.
    enum Wish: Sendable, Equatable {
        case approve(id: Int64, scope: Command.ApprovalScope)
        case reject(id: Int64, note: String)
        case answer(id: Int64, QuestionAnswer)
        /// The words cannot be understood; how they are written.
        case usage(String)
    }

    let wish: Wish

    /// Reads a message; nil when it is no decision.
    init?(_ text: String) {
        let words = text.trimmed.split(separator: " ", maxSplits: 2).map(String.init)
        let isApproval: Bool
        switch words.first?.lowercased() {
        case "/answer", "/decline":
            wish = Self.question(words)
            return
        case "/approve": isApproval = true
        case "/reject": isApproval = false
        default: return nil
        }
        let usage = isApproval ? "/approve <number> [session|30m]" : "/reject <number> [note]"
        guard words.count > 1, let id = Int64(words[1]), id > 0 else {
            wish = .usage("Usage: \(usage)")
            return
        }
        let rest = words.count > 2 ? words[2].trimmed : ""
        if !isApproval {
            wish = .reject(id: id, note: rest)
        } else if let scope = Self.scope(rest) {
            wish = .approve(id: id, scope: scope)
        } else {
            wish = .usage("Usage: \(usage)")
        }
    }

    private static func question(_ words: [String]) -> Wish {
        let isAnswer = words[0].lowercased() == "/answer"
        guard words.count > 1, let id = Int64(words[1]), id > 0, isAnswer || words.count == 2 else {
            return .usage("Usage: " + (isAnswer ? "/answer <number> <field>=<value> …" : "/decline <number>"))
        }
        guard isAnswer else { return .answer(id: id, .decline) }
        let rest = words.count > 2 ? words[2] : ""
        // An apostrophe opens no quote: then the words are as typed.
        let parts = ShellWords.split(rest) ?? rest.split(separator: " ").map(String.init)
        return .answer(id: id, .accept(QuestionAnswer.texts(parts)))
    }

    private static func scope(_ text: String) -> Command.ApprovalScope? {
        switch text.lowercased() {
        case "", "once": return .once
        case "session": return .session
        case let text:
            guard text.hasSuffix("m"), let minutes = Int(text.dropLast()), (1...1_440).contains(minutes) else {
                return nil
            }
            return .minutes(minutes)
        }
    }

    /// The question for a chat; `arguments` without secrets.
    ///
    /// `mayDecide` tells whoever reads it how to answer.
    static func question(
        id: Int64, tool: String, arguments: String, reason: String, lifetime: Duration, mayDecide: Bool
    ) -> String {
        let size = arguments.utf8.count
        let isTooLong = size > argumentLimit
        let call = isTooLong ? "\(size) bytes of arguments, too long for a chat" : arguments
        let minutes = max(1, lifetime.components.seconds / 60)
        let head = "Approval \(id): may I call \(tool)?\n\(call)\n(\(reason); expires in \(minutes) minutes)\n"
        if !mayDecide { return head + "An operator decides it; nobody in this chat may." }
        return head
            + (isTooLong
                ? "It can be decided at the console, or with golem approval approve \(id)."
                : "Answer /approve \(id) or /reject \(id) <note>.")
    }
}
