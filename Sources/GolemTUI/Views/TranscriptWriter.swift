// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Turns a transcript into lines: time, who, text, and at the right what became of it.
struct TranscriptWriter {
    let width: Int
    let isUnfolded: Bool
    let now: Timestamp
    let zone: DisplayZone
    /// Whether long lines go on below; otherwise they are as long as they are.
    let wraps: Bool
    private(set) var lines: [TextLine] = []

    init(width: Int, isUnfolded: Bool, now: Timestamp, zone: DisplayZone, wraps: Bool) {
        self.width = width
        self.isUnfolded = isUnfolded
        self.now = now
        self.zone = zone
        self.wraps = wraps
    }

    /// Whether there is room for the time.
    private var showsTime: Bool { width >= 56 }
    private var textWidth: Int { wraps ? max(1, width - indent) : TextPanes.unwrappedWidth }
    private var indent: Int { showsTime ? 17 : 8 }

    mutating func add(_ entry: TranscriptEntry, running: Timestamp?) {
        switch entry.role {
        case .user where entry.outcome == TranscriptEntry.queued:
            addText(entry.time, "QUEUED", .warn, entry.text, .normal)
        case .user: addText(entry.time, "user", .link, entry.text, .normal)
        case .assistant:
            addText(entry.time, "golem", .ok, entry.text, .normal)
            if !entry.outcome.isEmpty { addText(nil, "", .warn, "ended: \(entry.outcome)", .warn) }
        case .tool: addTool(entry, running: running)
        case .send: addText(entry.time, "send", .dim, "\(entry.name) \(entry.text) \(entry.outcome)", .dim)
        case .notice:
            let isError = entry.outcome == "error"
            addText(
                entry.time, isError ? "ERROR" : "note", isError ? .crit : .dim,
                entry.name.isEmpty ? entry.text : "\(entry.name): \(entry.text)", isError ? .crit : .dim)
        }
    }

    /// What the running turn shows besides its finished parts.
    mutating func addLive(_ chat: ChatState, approvals: [Int64: ApprovalState], session: String) {
        if !chat.liveThinking.isEmpty {
            if isUnfolded {
                addText(chat.since, "think", .dim, chat.liveThinking, .dim)
            } else {
                addText(chat.since, "think", .dim, "\(chat.liveThinking.count) characters folded (o opens)", .dim)
            }
        }
        if !chat.liveText.isEmpty { addText(chat.since, "golem", .ok, chat.liveText + " _", .normal) }
        if case .waiting(let id) = chat.phase {
            let tool = approvals[id]?.request.tool ?? "a tool call"
            addText(chat.since, "ask", .ask, "approval \(id): \(tool) waits for a person (7 or ! goes there)", .ask)
        }
        if case .asked(let id) = chat.phase {
            addText(
                chat.since, "ask", .ask, "question \(id) of an MCP server waits for a person (7 or ! goes there)", .ask)
        }
    }

    mutating func addRule(_ title: String) { lines.append(TextLine(" -- \(title) --", .dim)) }

    private mutating func addTool(_ entry: TranscriptEntry, running: Timestamp?) {
        let isRunning = entry.outcome == "RUN"
        let outcome: String
        if let running, isRunning {
            outcome = "RUN \(padded(durationText(now.since(running)), to: 6, align: .right, utf8: true))"
        } else {
            outcome =
                entry.outcome + " "
                + padded(entry.durationMicroseconds.map(durationText) ?? "", to: 6, align: .right, utf8: true)
        }
        let role: StyleRole = isRunning || entry.outcome == "ok" ? .ok : .crit
        let room = max(1, width - indent - TextWidth.width(of: outcome) - 1)
        let call = Format.oneLine("\(entry.name) \(entry.detail)")
        let fitted = padded(call, to: room, utf8: true)
        lines.append(
            TextLine(spans: [
                (head(entry.time, "tool"), .dim), (fitted, .normal), (" ", .normal), (outcome, role),
            ]))
        // How far it is, by its own word.
        if isRunning, !isUnfolded { addBody(Format.oneLine(entry.text), .dim, limit: 1) }
        let isFailure = !isRunning && entry.outcome != "ok"
        guard isUnfolded || isFailure else { return }
        if isUnfolded, TextWidth.width(of: call) > room { addBody(entry.detail, .dim, limit: 40) }
        addBody(entry.text, isFailure ? .crit : .dim, limit: isUnfolded ? 200 : 1)
    }

    private mutating func addBody(_ text: String, _ role: StyleRole, limit: Int) {
        guard !text.isEmpty else { return }
        for line in wrap(text, width: textWidth, limit: limit) {
            lines.append(TextLine(spans: [(String(repeating: " ", count: indent), .normal), (line, role)]))
        }
    }

    private mutating func addText(
        _ time: Timestamp?, _ label: String, _ labelRole: StyleRole, _ text: String, _ role: StyleRole
    ) {
        let wrapped = wrap(text, width: textWidth, limit: 1_000)
        for (index, line) in (wrapped.isEmpty ? [""] : wrapped).enumerated() {
            let lead = index == 0 ? head(time, label) : String(repeating: " ", count: indent)
            lines.append(TextLine(spans: [(lead, labelRole), (line, role)]))
        }
    }

    private func head(_ time: Timestamp?, _ label: String) -> String {
        let clock = time.map { $0.microseconds == 0 ? "" : zone.clock($0) } ?? ""
        let when = showsTime ? padded(clock, to: 8, utf8: true) + " " : ""
        return " " + when + padded(label, to: 6, utf8: true) + " "
    }
}
