// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Commands that a chat may send instead of a question; answered without a model.
struct SlashCommands: Sendable {
    /// An answer.
    struct Reply: Sendable, Equatable {
        var text: String
        var startsNewHistory = false
    }

    private static let help: [(name: String, text: String)] = [
        ("/answer", "answer a question of an MCP server: `/answer <number> <field>=<value>`, for those who may"),
        ("/approve", "let a waiting call run: `/approve <number> [session|30m]`, for those who may"),
        ("/decline", "decline a question of an MCP server: `/decline <number>`"),
        ("/help", "this list"),
        ("/memory", "the long-term memory; `/memory diary [recent|YYYY-MM-DD]` for diaries"),
        ("/new", "start a new session: earlier messages are no longer used"),
        ("/reject", "refuse a waiting call: `/reject <number> [note]`"),
        ("/status", "model, workspace, tools and what is under way"),
        ("/stop", "end the answer that is being written"),
        ("/version", "the version"),
    ]

    let memory: MemoryFiles
    let queue: BlockingQueue
    let statusText: @Sendable () -> String

    /// The answer to `text`; nil when it is no known command and belongs to the model.
    func reply(to text: String) async -> Reply? {
        guard text.hasPrefix("/") else { return nil }
        let words = text.split(separator: " ").map(String.init)
        let arguments = Array(words.dropFirst())
        switch words.first?.lowercased() {
        case "/help":
            return Reply(text: Self.help.map { "\($0.name) — \($0.text)" }.joined(separator: "\n"))
        case "/new": return Reply(text: "New session started.", startsNewHistory: true)
        case "/version": return Reply(text: "golem \(GolemVersion.current) linux")
        case "/status": return Reply(text: statusText())
        case "/stop": return Reply(text: "Nothing is being written.")
        case "/memory": return Reply(text: await memoryText(arguments))
        default: return nil
        }
    }

    private func memoryText(_ arguments: [String]) async -> String {
        switch arguments.first?.lowercased() ?? "read" {
        case "read":
            let text = await queue.run { [memory] in memory.longTerm() }
            return text.isEmpty ? "The long-term memory is empty." : MemoryRecall.cut(text, 2_000)
        case "diary":
            let wanted = arguments.dropFirst().first ?? "recent"
            let entries =
                await queue.run { [memory] in
                    // Only days that exist are read: the argument never becomes a path.
                    memory.diaryDays().filter { wanted == "recent" || $0 == wanted }.prefix(3)
                        .map { "## \($0)\n" + MemoryRecall.cut(memory.diary($0), 2_000) }
                }
            if !entries.isEmpty { return entries.joined(separator: "\n\n") }
            return wanted == "recent"
                ? "There is no diary yet." : "There is no diary for \(MemoryRecall.cut(wanted, 20))."
        default: return "Usage: /memory [read] or /memory diary [recent|YYYY-MM-DD]"
        }
    }
}
