// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Screen {
    // MARK: - Row 1: who, where, since when, how fresh

    mutating func drawHeader() {
        let right = linkLine()
        let rightWidth = TextWidth.width(of: right.text) + 1
        frame.putRight(right, row: 0, endColumn: frame.columns - 1)
        let engine = state.engine?.engine
        var parts: [(text: String, role: StyleRole, priority: Int)] = [("golem@\(engine?.host ?? "?")", .title, 0)]
        if engine?.isDemo == true { parts.append(("DEMO", .mark, 0)) }
        parts.append((state.isReadOnly ? "RO" : "RW", state.isReadOnly ? .ok : .normal, 1))
        if let engine {
            let isOff = engine.policyMode == "off"
            if state.engine?.policy.emergencyStop != nil { parts.append(("TOOLS STOPPED", .crit, 0)) }
            parts.append((isOff ? "policy OFF" : engine.policyMode, isOff ? .crit : .normal, isOff ? 0 : 2))
        }
        if state.engine?.stopping != nil {
            parts.append(("STOPPING", .crit, 0))
        } else if let engine {
            parts.append(("up \(Format.uptime(state.engineTime.since(engine.startedAt)))", .normal, 3))
            parts.append(("v\(engine.version)", .dim, 4))
        }
        let room = frame.columns - rightWidth - 3
        while parts.reduce(-2, { $0 + TextWidth.width(of: $1.text) + 2 }) > room, parts.count > 1 {
            guard let least = parts.indices.max(by: { parts[$0].priority < parts[$1].priority }),
                parts[least].priority > 0
            else { break }
            parts.remove(at: least)
        }
        var column = 1
        for part in parts where column < room + 1 {
            column +=
                frame.put(cut(part.text, to: room + 1 - column, utf8: utf8), row: 0, column: column, role: part.role)
                + 2
        }
    }

    private func linkLine() -> TextLine {
        let clock = layout.size.columns >= 60 ? "  \(state.zone.zonedClock(state.engineTime))" : ""
        let roundTrip =
            state.link.roundTripMicroseconds.map { "rtt \(durationText($0))" }
            ?? (state.isInProcess ? "local" : (state.link.isUp ? "rtt -" : "rtt ---"))
        let rtt = layout.size.columns >= 76 ? "  \(roundTrip)" : ""
        let word: (String, StyleRole)
        switch state.linkWord {
        case .connecting(let attempt): word = (attempt > 1 ? "CONNECTING \(attempt)" : "CONNECTING", .warn)
        case .live(let age):
            if let frozen = state.viewState.frozen {
                word = ("PAUSED \(Format.age(state.engineTime.since(frozen.time)))", .mark)
            } else if layout.mode == .list, state.focusedPane == .lastEvents, heldWord() != nil {
                word = ("PAUSED", .mark)
            } else {
                word = ("LIVE \(Format.seconds(Self.microseconds(age), digits: 1))s", .ok)
            }
        case .stale(let age): word = ("STALE \(Format.age(Self.microseconds(age)))", .warn)
        case .lost(let age, _): word = ("LOST \(Format.age(Self.microseconds(age)))", .crit)
        case .closed(let age, _): word = ("CLOSED \(Format.age(Self.microseconds(age)))", .crit)
        }
        return TextLine(spans: [word, (rtt, .dim), (clock, .normal)])
    }

    static func microseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
    }

    // MARK: - Row 2: the views and what is open in them

    mutating func drawTabs() {
        var counts: [ViewID: (alerts: Int, asks: Int)] = [:]
        for problem in state.problems {
            var count = counts[problem.subject.view] ?? (0, 0)
            if problem.severity == .ask { count.asks += 1 } else { count.alerts += 1 }
            counts[problem.subject.view] = count
        }
        let width = layout.size.columns
        var column = 0
        for view in ViewID.allCases {
            let name = width >= 76 ? " \(view.title)" : (width >= 66 ? " \(view.shortTitle)" : "")
            let isShown = view == state.view
            column += frame.put(isShown ? "[" : " ", row: 1, column: column, role: isShown ? .title : .normal)
            column += frame.put("\(view.rawValue)\(name)", row: 1, column: column, role: isShown ? .title : .dim)
            if let count = counts[view] {
                if count.alerts > 0 { column += frame.put("!\(count.alerts)", row: 1, column: column, role: .crit) }
                if count.asks > 0 { column += frame.put("?\(count.asks)", row: 1, column: column, role: .ask) }
            }
            column += frame.put(isShown ? "]" : " ", row: 1, column: column, role: isShown ? .title : .normal)
            if width >= 90 { column += 1 }
        }
    }

    // MARK: - Row 22: where, and what is hidden

    mutating func drawCrumbs() {
        let row = frame.rows - 3
        frame.fill(row: row, column: 0, width: frame.columns, role: .border)
        var facts = factLine()
        while TextWidth.width(of: facts.map(\.0).joined(separator: "  ")) > frame.columns - 14, facts.count > 1 {
            facts.removeFirst()
        }
        var spans: [(String, StyleRole)] = []
        for (index, fact) in facts.enumerated() {
            if index > 0 { spans.append(("  ", .normal)) }
            spans.append(fact)
        }
        let line = TextLine(spans: spans)
        let width = TextWidth.width(of: line.text)
        let crumbs = crumbNames().joined(separator: " > ")
        frame.put(cut(crumbs, to: max(8, frame.columns - width - 4), utf8: utf8), row: row, column: 1, role: .title)
        frame.putRight(line, row: row, endColumn: frame.columns - 1)
    }

    private func crumbNames() -> [String] {
        var names = [state.view.title]
        for (depth, object) in state.location.path.enumerated() {
            switch (state.view, depth) {
            case (.trace, 0): names.append(Format.shortID(object))
            case (.trace, _): names.append("step \((Int(object) ?? 0) + 1)")
            case (.logs, _): names.append("line \(object)")
            default: names.append(object)
            }
        }
        if case .confirm(let box)? = state.overlay { names.append(box.title) }
        if case .form(let form)? = state.overlay { names.append("question \(form.question.id)") }
        return names
    }

    /// What is hidden, sorted or stopped; the most important at the right, where it is cut last.
    private func factLine() -> [(String, StyleRole)] {
        var facts: [(String, StyleRole)] = []
        // Where the crumbs name it already, it only takes room from them.
        if let from = state.trail.last, from.arrived == state.location, from.from.view != state.view {
            facts.append(("from \(from.from.view.title) (Esc back)", .dim))
        }
        if case .confirm? = state.overlay { return facts + linkFacts() }
        let main = state.view.panes(path: state.location.path)[0]
        if state.focusedPane != main { facts.append(("in \(Self.name(of: state.focusedPane))", .normal)) }
        if !main.isText, state.shownEngine != nil { facts += listFacts(main) }
        if state.view == .overview {
            let muted = state.allProblems.count { $0.mute != nil }
            if muted > 0 { facts.append(("\(muted) muted", .mark)) }
            if state.focusedPane == .lastEvents, let word = heldWord() { facts.append(word) }
        }
        if !state.viewState.find.isEmpty { facts.append(("find:\(state.viewState.find)", .mark)) }
        if state.view == .logs, state.location.path.isEmpty { facts.append(logWord()) }
        if state.view == .logs, state.showsBodies { facts.append(("BODIES (o)", .mark)) }
        if state.viewState.isUnwrapped { facts.append(("NOWRAP (^W)", .mark)) }
        if state.viewState.isZoomed { facts.append(("ZOOM (z)", .mark)) }
        if state.viewState.frozen != nil { facts.append(("PAUSED (p resumes)", .mark)) }
        return facts + linkFacts()
    }

    private func linkFacts() -> [(String, StyleRole)] {
        switch state.linkWord {
        case .stale(let age): [("picture is \(Format.age(Self.microseconds(age))) old", .warn)]
        case .lost(let age, _), .closed(let age, _): [("last heard \(Format.age(Self.microseconds(age))) ago", .crit)]
        case .connecting: []
        case .live: []
        }
    }

    private func listFacts(_ main: PaneID) -> [(String, StyleRole)] {
        let content = state.content(main)
        let total = content.count + content.hidden
        let count =
            content.hidden > 0
            ? "\(Format.grouped(content.count)) of \(Format.grouped(total))" : Format.plural(total, "row")
        var facts: [(String, StyleRole)] = [(count, .normal)]
        if main == .log {
            facts.append(("level:\(state.log.minimumLevel.rawValue)+", .normal))
        } else {
            let pane = state.pane(state.focusedPane)
            let key = pane.sortKey?.uppercased() ?? Self.ownOrder(of: state.focusedPane)
            facts.append(("sort:\(key)\(pane.isReversed ? " desc" : "")", .normal))
        }
        let filter = state.viewState.filter
        facts.append(filter.isEmpty ? ("filter:none", .dim) : ("filter:\(filter.source)", .mark))
        let marks = state.markedIDs(main).count
        if marks > 0 { facts.append(("\(marks) marked", .mark)) }
        return facts
    }

    /// The name of the order that a list has by itself.
    private static func ownOrder(of pane: PaneID) -> String {
        switch pane {
        case .problems: "worst"
        case .chats: "state"
        case .tools: "busiest"
        case .servers: "name"
        case .serverTools: "server"
        case .pending: "expiry"
        case .givenUp: "oldest"
        case .lastEvents, .failures, .decided, .requests: "newest"
        case .transcript, .fullTranscript, .arguments, .steps, .payload, .log, .record, .serverDetail, .serverStderr:
            "time"
        }
    }

    private func logWord() -> (String, StyleRole) {
        let pane = state.pane(.log)
        guard !pane.isFollowing else { return ("FOLLOW", .ok) }
        let new = state.log.shown.count - state.log.shownIndex(atOrAfter: pane.newestSeen + 1)
        return (new > 0 ? "PAUSED, \(Format.grouped(new)) new (G resumes)" : "PAUSED (G resumes)", .mark)
    }

    /// What the overview's tail says of itself while it does not follow the newest event.
    func heldWord() -> (String, StyleRole)? {
        if state.viewState.frozen != nil { return nil }
        return state.lastEventsHeld.map { newer in
            (newer > 0 ? "PAUSED, \(newer) newer (F resumes)" : "PAUSED (F resumes)", .mark)
        }
    }

    private static func name(of pane: PaneID) -> String {
        switch pane {
        case .problems: "problems"
        case .lastEvents: "last events"
        case .chats: "chats"
        case .transcript, .fullTranscript: "transcript"
        case .tools: "tools"
        case .failures: "failures"
        case .servers: "servers"
        case .serverDetail: "detail"
        case .serverTools: "tools"
        case .serverStderr: "stderr"
        case .pending: "pending"
        case .decided: "decided"
        case .arguments: "arguments"
        case .requests: "requests"
        case .steps: "steps"
        case .payload: "payload"
        case .log: "log"
        case .record: "record"
        case .givenUp: "given up"
        }
    }
}
