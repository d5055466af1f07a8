// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension ChatPhase {
    /// The word for it, and how it is shown.
    var word: (text: String, role: StyleRole) {
        switch self {
        case .idle: ("idle", .dim)
        case .queued: ("queued", .normal)
        case .thinking: ("thinking", .ok)
        case .answering: ("writing", .ok)
        case .tool: ("tool", .ok)
        case .waiting, .asked: ("WAITING", .ask)
        case .failed: ("FAILED", .crit)
        case .refused: ("REFUSED", .warn)
        }
    }

    /// The place in a list that shows first who needs somebody.
    var rank: Int {
        switch self {
        case .waiting, .asked: 0
        case .failed: 1
        case .answering, .thinking, .tool: 2
        case .queued: 3
        case .refused: 4
        case .idle: 5
        }
    }

    /// Whether a turn is under way.
    var isRunning: Bool {
        switch self {
        case .thinking, .answering, .tool, .waiting, .asked: true
        case .idle, .queued, .failed, .refused: false
        }
    }
}

extension ChatState {
    /// What it does now, in a few words.
    func activity(now: Timestamp) -> String {
        switch phase {
        case .idle: return "-"
        case .queued: return queueDepth > 1 ? "\(queueDepth) wait for a lane" : "waits for a lane"
        case .thinking, .answering:
            let name = model.isEmpty ? "model" : model
            return "\(name) \(durationText(now.since(since)))" + (queueDepth > 1 ? ", \(queueDepth - 1) queued" : "")
        case .tool:
            let running = runningTools.sorted { ($0.value.since, $0.key) < ($1.value.since, $1.key) }
            guard let oldest = running.first?.value else { return "tool" }
            let more = running.count > 1 ? " +\(running.count - 1)" : ""
            let progress = oldest.progress.map { ", \($0.text)" } ?? ""
            return "\(oldest.tool)\(more) \(durationText(now.since(oldest.since)))\(progress)"
        case .waiting(let approval): return "approval \(approval)"
        case .asked(let question): return "question \(question)"
        case .failed(let reason): return reason
        case .refused(let reason): return reason
        }
    }
}

extension TableData {
    /// All chats: who waits first, then what runs, then the newest.
    static func chats(_ engine: EngineState, now: Timestamp) -> TableData {
        let columns = [
            TableColumn("chan", "CHANNEL", 9, priority: 4),
            TableColumn("chat", "CHAT", 14, isFlexible: true),
            TableColumn("state", "STATE", 8),
            TableColumn("step", "STEP", 5, .right, priority: 5),
            TableColumn("age", "AGE", 4, .right, priority: 2),
            TableColumn("req", "REQ", 8, priority: 6),
            TableColumn("doing", "NOW DOING", 18, priority: 1, isFlexible: true),
            TableColumn("queue", "QUEUE", 5, .right, priority: 8),
            TableColumn("turns", "TURNS", 5, .right, priority: 9),
            TableColumn("tokens", "TOKENS", 6, .right, priority: 7),
        ]
        let sorted = engine.chats.sorted {
            ($0.value.phase.rank, -$0.value.lastActivity.microseconds, $0.key)
                < ($1.value.phase.rank, -$1.value.lastActivity.microseconds, $1.key)
        }
        let rows = sorted.map { session, chat in
            let state = chat.phase.word
            let isIdle = chat.phase == .idle
            let step = chat.phase.isRunning && chat.stepLimit > 0 ? "\(chat.step)/\(chat.stepLimit)" : "-"
            let age = now.since(isIdle ? chat.lastActivity : chat.since)
            let name = chat.sender.isEmpty || chat.sender == chat.chatID ? chat.chatID : "\(chat.chatID) \(chat.sender)"
            return TableRow(
                id: session,
                cells: [
                    TableCell(chat.channel), TableCell(name),
                    TableCell(state.text, state.role, rank: Double(chat.phase.rank)),
                    TableCell(step, rank: Double(chat.step)), TableCell(Format.age(age), rank: Double(age)),
                    TableCell(Format.shortID(chat.requestID), .link),
                    TableCell(Format.oneLine(chat.activity(now: now)), isIdle ? .dim : .normal),
                    TableCell(
                        "\(chat.queueDepth)", chat.queueDepth > 1 ? .warn : .normal, rank: Double(chat.queueDepth)),
                    TableCell("\(chat.turns)", rank: Double(chat.turns)),
                    TableCell(
                        chat.turnTokens > 0 ? Format.count(UInt64(chat.turnTokens)) : "-",
                        rank: Double(chat.turnTokens)),
                ], requestID: chat.requestID)
        }
        return TableData(columns: columns, rows: rows)
    }

    /// Requests that are remembered, newest first.
    static func requests(_ engine: EngineState, now: Timestamp, in zone: DisplayZone) -> TableData {
        let columns = [
            TableColumn("req", "REQ", 12),
            TableColumn("session", "CHAT", 18, priority: 1, isFlexible: true),
            TableColumn("from", "FROM", 10, priority: 5),
            TableColumn("start", "STARTED", 8, priority: 2),
            TableColumn("took", "TOOK", 7, .right),
            TableColumn("outcome", "OUTCOME", 16, isFlexible: true),
            TableColumn("steps", "STEPS", 5, .right, priority: 4),
            TableColumn("tokens", "TOKENS", 6, .right, priority: 3),
        ]
        let rows = engine.traceOrder.reversed().compactMap { id -> TableRow? in
            guard let trace = engine.traces[id] else { return nil }
            let took = (trace.finished ?? now).since(trace.started)
            let tokens = UInt64(max(0, trace.tokensIn + trace.tokensOut))
            return TableRow(
                id: id,
                cells: [
                    TableCell(String(id.prefix(12)), .link), TableCell(trace.session ?? "-"), TableCell(trace.sender),
                    TableCell(zone.clock(trace.started), rank: Double(trace.started.microseconds)),
                    TableCell(durationText(took), rank: Double(took)),
                    TableCell(trace.outcome, trace.role), TableCell("\(trace.allSteps)", rank: Double(trace.allSteps)),
                    tokens > 0 ? TableCell(Format.count(tokens), rank: Double(tokens)) : .none,
                ], requestID: id)
        }
        return TableData(columns: columns, rows: rows)
    }
}

extension TraceState {
    /// Steps, the forgotten ones included.
    var allSteps: Int { steps.count + droppedSteps }

    /// How its outcome is shown.
    var role: StyleRole {
        if finished == nil { return .ok }
        return outcome == "answered" || outcome == "command" ? .normal : .crit
    }
}
