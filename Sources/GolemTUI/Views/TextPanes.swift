// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The running texts of the console, as lines of a pane's width.
enum TextPanes {
    /// Lines that a text has at most.
    static let limit = 5_000

    /// Columns that a line has room for when lines are not wrapped.
    static let unwrappedWidth = 4_000

    /// Whether a text is read from its end.
    static func startsAtEnd(_ pane: PaneID) -> Bool {
        pane == .transcript || pane == .fullTranscript || pane == .serverStderr
    }

    /// All lines of a text pane; empty when the pane is not on the screen.
    static func lines(_ pane: PaneID, of state: ConsoleState) -> [TextLine] {
        guard let rect = Layout(state).panes[pane] else { return [] }
        return lines(pane, of: state, width: rect.width)
    }

    static func lines(_ pane: PaneID, of state: ConsoleState, width: Int) -> [TextLine] {
        // What somebody approves is always wrapped: a line that runs out of the screen was not read.
        let detailWidth = state.viewState.isUnwrapped ? max(width, unwrappedWidth) : width
        return switch pane {
        case .transcript: liveTranscript(state, width: width)
        case .fullTranscript: fullTranscript(state, width: width)
        case .arguments: arguments(state, width: width)
        case .payload: payload(state, width: detailWidth)
        case .record: record(state, width: detailWidth)
        case .serverDetail: serverDetail(state, width: detailWidth)
        case .serverStderr: serverStderr(state, width: detailWidth)
        default: []
        }
    }

    /// The lines of a text that are on the screen.
    static func visibleLines(_ pane: PaneID, of state: ConsoleState) -> [TextLine] {
        let height = Layout(state).rows(of: pane)
        let lines = lines(pane, of: state)
        return Array(lines.dropFirst(top(of: pane, state, count: lines.count, height: height)).prefix(height))
    }

    /// The first line of a text that is on the screen.
    static func top(of pane: PaneID, _ state: ConsoleState, count: Int, height: Int) -> Int {
        let last = max(0, count - height)
        let paneState = state.pane(pane)
        return startsAtEnd(pane) && paneState.isFollowing ? last : min(paneState.top, last)
    }

    // MARK: - Transcripts

    private static func writer(_ state: ConsoleState, width: Int, isUnfolded: Bool) -> TranscriptWriter {
        TranscriptWriter(
            width: width, isUnfolded: isUnfolded, now: state.shownTime, zone: state.zone,
            wraps: !state.viewState.isUnwrapped)
    }

    private static func liveTranscript(_ state: ConsoleState, width: Int) -> [TextLine] {
        guard let (session, chat) = state.shownChat else { return [] }
        var writer = writer(state, width: width, isUnfolded: state.viewState.isUnfolded)
        for entry in chat.transcript.elements { writer.add(entry, running: chat.runningTools[entry.reference]?.since) }
        writer.addLive(chat, approvals: state.shownEngine?.approvals ?? [:], session: session)
        return writer.lines
    }

    private static func fullTranscript(_ state: ConsoleState, width: Int) -> [TextLine] {
        guard let session = state.location.path.first else { return [] }
        guard let transcript = state.transcript, transcript.session == session else {
            return [TextLine(" loading: the transcript was not asked for yet", .dim)]
        }
        switch transcript.progress {
        case .loading: return [TextLine(" loading: asked the engine for the whole transcript", .dim)]
        case .unavailable(let reason):
            return wrap("unavailable: \(reason)", width: max(1, width - 1), limit: 20).map { TextLine(" " + $0, .warn) }
        case .loaded(let entries):
            let chat = state.shownEngine?.chats[session]
            guard !entries.isEmpty || chat?.phase.isRunning == true else {
                return [TextLine(" empty: this chat has no stored messages", .dim)]
            }
            var writer = writer(state, width: width, isUnfolded: !state.viewState.isTranscriptFolded)
            for entry in entries { writer.add(entry, running: nil) }
            if let chat, chat.phase.isRunning {
                writer.addRule("the running turn, live")
                for entry in chat.transcript.elements where entry.requestID == chat.requestID {
                    writer.add(entry, running: chat.runningTools[entry.reference]?.since)
                }
                writer.addLive(chat, approvals: state.shownEngine?.approvals ?? [:], session: session)
            }
            return writer.lines
        }
    }

    // MARK: - Details

    private static func arguments(_ state: ConsoleState, width: Int) -> [TextLine] {
        if let open = state.shownQuestion { return question(open.question, width: width) }
        guard let approval = state.shownApproval else {
            guard let id = state.location.path.first else { return [] }
            let what = id.first == "q" ? "question \(id.dropFirst()) is not open" : "approval \(id) is not pending"
            return [TextLine(" \(what) any more", .dim)]
        }
        let entries = JSONOutline.revealed(approval.request.arguments)
        var lines: [TextLine] = []
        for entry in entries {
            let text = field(entry.key, entry.text, width: width)
            lines += text
            if text.count >= limit {
                lines.append(TextLine(" the rest is not shown; golem approval list shows all of it", .crit))
            }
        }
        lines += field("reason", approval.request.reason, width: width, role: .dim)
        return lines
    }

    /// All of a question: who asks, what, and what can be answered.
    static func question(_ question: QuestionAsked, width: Int) -> [TextLine] {
        var lines = field("asks", "the MCP server \(question.server), not Golem", width: width, role: .ask)
        lines += field("says", question.message, width: width)
        if let url = question.url {
            lines += field("host", question.host ?? "unknown", width: width, role: .ask)
            lines += field("page", url, width: width)
            lines += field("answer", "open it yourself (y copies it), then A; nothing is opened for you", width: width)
            return lines
        }
        for wanted in question.fields {
            let about = wanted.about.isEmpty ? "" : " - \(wanted.about)"
            lines += field(wanted.isRequired ? "field *" : "field", "\(wanted.label)\(about)", width: width)
            let preset = wanted.preset.map { "; without an answer: \($0.joined(separator: ", "))" } ?? ""
            lines += field("", "          \(wanted.rule)\(preset)", width: width, role: .dim)
        }
        lines += field("answer", "A fills it in, X refuses; never type a password", width: width, role: .dim)
        return lines
    }

    private static func payload(_ state: ConsoleState, width: Int) -> [TextLine] {
        guard let trace = state.shownTrace else { return [] }
        let chosen = state.location.path.count > 1 ? state.location.path[1] : state.selectedID(.steps)
        guard let index = chosen.flatMap({ Int($0) }), index < trace.steps.count else { return [] }
        let step = trace.steps[index]
        let running = step.durationMicroseconds == nil && trace.finished == nil
        let took = step.durationMicroseconds ?? state.shownTime.since(step.start)
        var lines = field(
            "step", "\(index + 1) of \(trace.allSteps): \(step.kind.rawValue) \(step.title)", width: width,
            role: step.isError ? .crit : .normal)
        let span =
            step.durationMicroseconds == 0 ? "" : "  took \(durationText(took))\(running ? ", still running" : "")"
        lines += field("time", "\(state.zone.stamp(step.start))\(span)", width: width)
        if !step.detail.isEmpty {
            for entry in JSONOutline.entries(step.detail) {
                lines += field(entry.key.isEmpty ? "detail" : entry.key, entry.text, width: width)
            }
        }
        if !step.reference.isEmpty { lines += field("call", step.reference, width: width, role: .dim) }
        return lines
    }

    private static func record(_ state: ConsoleState, width: Int) -> [TextLine] {
        let chosen = state.location.path.first ?? state.selectedID(.log)
        guard let line = chosen.flatMap({ UInt64($0) }).flatMap({ state.log.line($0) }) else { return [] }
        guard let event = line.event else { return field("gap", line.summary, width: width, role: .warn) }
        var lines: [TextLine] = []
        if state.location.path.isEmpty {
            lines += field("", line.summary, width: width)
            if state.showsBodies {
                for detail in EventFields.fields(of: event.kind, in: state.zone) where !detail.text.isEmpty {
                    lines += field(detail.key, detail.text, width: width)
                }
            }
            lines += field(
                "", "req \(event.requestID ?? "-")  chat \(event.session ?? "-")  seq \(event.seq)", width: width,
                role: .dim)
            return lines
        }
        lines += field("time", state.zone.stamp(event.time), width: width)
        lines += field("level", event.level.rawValue, width: width, role: line.level.word.role)
        lines += field("event", event.kind.name, width: width)
        lines += field("request", event.requestID ?? "-", width: width, role: .link)
        lines += field("chat", event.session ?? "-", width: width)
        lines += field("seq", "\(event.seq)", width: width)
        for detail in EventFields.fields(of: event.kind, in: state.zone) {
            lines += field(detail.key, detail.text, width: width)
        }
        return lines
    }

    /// A label and a text, wrapped with its lines below each other.
    static func field(_ label: String, _ text: String, width: Int, role: StyleRole = .normal) -> [TextLine] {
        let indent = label.isEmpty ? 1 : 11
        let wrapped = wrap(text, width: max(1, width - indent), limit: limit)
        let head = label.isEmpty ? " " : " " + padded(label, to: indent - 2, utf8: true) + " "
        guard !wrapped.isEmpty else { return [TextLine(spans: [(head, .title)])] }
        return wrapped.enumerated().map { index, line in
            TextLine(spans: [(index == 0 ? head : String(repeating: " ", count: indent), .title), (line, role)])
        }
    }
}
