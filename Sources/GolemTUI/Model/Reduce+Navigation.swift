// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension ConsoleState {
    /// Rows of the focused pane that fit.
    var focusedHeight: Int { Layout(self).rows(of: focusedPane) }

    // MARK: - Places

    /// Goes somewhere and remembers it.
    mutating func go(to place: Location) {
        guard place != location else { return }
        arrive(at: place)
        visited.removeSubrange((visitedIndex + 1)...)
        visited.append(place)
        if visited.count > 64 { visited.removeFirst(visited.count - 64) }
        visitedIndex = visited.count - 1
    }

    /// Goes somewhere for a moment: Esc there comes back here.
    mutating func jump(to place: Location) {
        guard place != location else { return }
        trail.append(Trail(from: location, arrived: place))
        if trail.count > 32 { trail.removeFirst() }
        let kept = trail
        go(to: place)
        trail = kept
    }

    private mutating func arrive(at place: Location) {
        if place.view != location.view || place.path.count <= location.path.count { trail = [] }
        location = place
        viewState.focus = 0
        for id in view.panes(path: place.path) { panes[id]?.heldOrder = [] }
        for id in view.panes(path: place.path) where id.isText && !place.path.isEmpty { panes[id] = PaneState() }
    }

    mutating func visit(_ step: Int) {
        let index = visitedIndex + step
        guard index >= 0, index < visited.count else {
            say(step < 0 ? "no earlier place" : "no later place", .warn)
            return
        }
        visitedIndex = index
        arrive(at: visited[index])
    }

    mutating func lastPlace() {
        if visitedIndex > 0 { visit(-1) } else { visit(1) }
    }

    mutating func back() {
        if !viewState.find.isEmpty {
            viewState.find = ""
        } else if clearMarks() {
            say("marks taken away")
        } else if viewState.isZoomed {
            viewState.isZoomed = false
        } else if viewState.focus > 0 {
            viewState.focus = 0
        } else if let step = trail.last, step.arrived == location {
            var rest = trail
            rest.removeLast()
            go(to: step.from)
            trail = rest
        } else if !location.path.isEmpty {
            let rest = trail
            go(to: Location(view, path: location.path.dropLast()))
            trail = rest
        } else if !viewState.filter.isEmpty {
            setFilter(.none)
        } else if view != .overview {
            go(to: Location(.overview))
        }
    }

    mutating func quit() -> [Effect] {
        let isAtTop =
            location.path.isEmpty && viewState.filter.isEmpty && viewState.find.isEmpty && viewState.focus == 0
            && !viewState.isZoomed && view.panes(path: location.path).allSatisfy { markedIDs($0).isEmpty }
            && trail.last?.arrived != location
        if isAtTop { return ask(Acting.quitBox(self)) }
        back()
        return []
    }

    mutating func changePane(by step: Int) {
        let count = view.panes(path: location.path).count
        viewState.focus = ((viewState.focus + step) % count + count) % count
    }

    // MARK: - Opening

    mutating func open() -> [Effect] {
        let selected = focusedPane.isText ? nil : selectedID(focusedPane)
        switch focusedPane {
        case .problems:
            guard let problem = problem(withRowID: selected) else { return [] }
            visitedProblem = problem.subject
            show(problem.subject)
        case .lastEvents, .failures, .decided, .givenUp: openTrace()
        case .chats, .transcript:
            guard let session = shownChat?.session else { return [] }
            return openTranscript(of: session)
        case .fullTranscript: unfold()
        case .tools: if let selected { go(to: Location(.tools, path: [selected])) }
        case .pending:
            if let selected {
                go(to: Location(.policy, path: [selected]))
                markReadIfAtEnd()
            }
        case .servers, .serverDetail: if let name = shownServer?.name { go(to: Location(.mcp, path: [name])) }
        case .requests: if let selected { go(to: Location(.trace, path: [selected])) }
        case .steps: if let selected { go(to: Location(.trace, path: location.path + [selected])) }
        case .log: if let selected { go(to: Location(.logs, path: [selected])) }
        case .serverTools: openTrace()
        case .arguments, .payload, .record, .serverStderr: break
        }
        return []
    }

    /// Unfolds or folds what the shown transcript folds.
    mutating func unfold() {
        if location.path.isEmpty || view == .logs {
            viewState.isUnfolded.toggle()
        } else {
            viewState.isTranscriptFolded.toggle()
        }
    }

    mutating func openTranscript(of session: String) -> [Effect] {
        go(to: Location(.chats, path: [session]))
        guard link.isUp else {
            transcript = FullTranscript(
                session: session, progress: .unavailable(reason: changeRefusal ?? "no connection"))
            return []
        }
        let command = Command(
            id: ids.make(), actor: actor, seenSeq: engine?.seq,
            action: .readTranscript(session: session, limit: 200))
        transcript = FullTranscript(session: session, progress: .loading(commandID: command.id))
        return [.perform(.send(command))]
    }

    private func problem(withRowID id: String?) -> Problem? {
        guard let id, let engine = shownEngine else { return nil }
        return engine.problems(now: shownTime).first { $0.subject.name == id }
    }

    mutating func nextProblem() {
        // One that is about the same thing as a worse one leads to the same place: once is enough, and the next one is
        // found by what it is about.
        var subjects: Set<Problem.Subject> = []
        let open = problems.filter { subjects.insert($0.subject).inserted }
        guard !open.isEmpty else { return }
        let last = visitedProblem.flatMap { subject in open.firstIndex { $0.subject == subject } }
        let index = last.map { ($0 + 1) % open.count } ?? 0
        visitedProblem = open[index].subject
        show(open[index].subject)
        say("\(index + 1) of \(open.count): \(Format.oneLine(open[index].text))", open[index].severity.word.role)
    }

    /// Goes where a problem is shown, with its row selected.
    private mutating func show(_ subject: Problem.Subject) {
        let target = subject.view
        switch subject {
        case .tool(let name): reveal(name, in: .tools)
        case .chat(let session): reveal(session, in: .chats)
        case .server(let name): reveal(name, in: .servers)
        case .approval(let id): reveal("\(id)", in: .pending)
        case .question(let id): reveal("q\(id)", in: .pending)
        case .outbound(let channel):
            showOutbound(channel)
            return
        case .service, .model: reveal(subject.name, in: .problems)
        case .policy, .refusedSender: break
        }
        if Location(target) != location { jump(to: Location(target)) }
        viewState.focus = 0
        // A hidden row would look like a broken key.
        if !viewState.filter.isEmpty { setFilter(.none) }
        viewState.frozen = nil
    }

    /// Lists what a channel gave up; without such messages, the log lines of its deliveries.
    private mutating func showOutbound(_ channel: String) {
        viewState.frozen = nil
        if engine?.outbound[channel]?.givenUp.isEmpty == false {
            jump(to: Location(.overview, path: [channel]))
            viewState.frozen = nil
            return
        }
        jump(to: Location(.logs))
        if let filter = try? Filter.parse("event:outbound what:\(channel):") { setFilter(filter) }
    }

    private mutating func reveal(_ id: String, in pane: PaneID) {
        panes[pane, default: PaneState()].selected = id
        panes[pane]?.isFollowing = false
    }

    mutating func openTrace() {
        guard let id = selectedRequestID else {
            say("this row has no request", .warn)
            return
        }
        openTrace(id)
    }

    mutating func openTrace(_ id: String) {
        guard shownEngine?.traces[id] != nil else {
            say("request \(Format.shortID(id)) is not remembered any more", .warn)
            return
        }
        panes[.steps] = nil
        panes[.requests, default: PaneState()].selected = id
        jump(to: Location(.trace, path: [id]))
    }

    mutating func openRequestLog() {
        let id = location.path.first
        jump(to: Location(.logs))
        guard let id, let filter = try? Filter.parse("req:\(id)") else { return }
        setFilter(filter)
    }

    // MARK: - Moving

    mutating func move(by delta: Int) {
        let id = focusedPane
        if id.isText {
            scroll(id, by: delta)
            return
        }
        let content = content(id)
        guard let index = selectedIndex(id, in: content) else { return }
        stopFollowing(id, moving: delta)
        select(min(max(0, index + delta), content.count - 1), in: id, content)
    }

    mutating func moveToEnd(isLast: Bool) {
        let id = focusedPane
        if id.isText {
            panes[id, default: PaneState()].isFollowing = isLast
            scroll(id, by: isLast ? Int(Int32.max) : -Int(Int32.max))
            return
        }
        let content = content(id)
        guard content.count > 0 else { return }
        if isLast != id.beginsWithNewest {
            panes[id, default: PaneState()].isFollowing = true
        } else {
            stopFollowing(id, moving: isLast ? 1 : -1)
        }
        select(isLast ? content.count - 1 : 0, in: id, content)
    }

    /// Selects a row and keeps it on the screen.
    mutating func select(_ index: Int, in id: PaneID, _ content: ListContent) {
        var state = pane(id)
        let height = max(1, Layout(self).rows(of: id))
        let old = selectedIndex(id, in: content) ?? 0
        let screenRow = min(max(0, state.screenRow + index - old), height - 1, max(0, index))
        state.screenRow = max(screenRow, height - (content.count - index), 0)
        if content.count <= height { state.screenRow = index }
        state.selected = content.id(at: index)
        state.index = index
        panes[id] = state
    }

    /// Stays where the operator looks, once a key leads away from the newest row.
    mutating func stopFollowing(_ id: PaneID, moving delta: Int) {
        guard id.beginsWithNewest ? delta > 0 : delta < 0, pane(id).isFollowing else { return }
        var state = pane(id)
        state.isFollowing = false
        state.newestSeen = log.newestID
        if id == .log {
            let content = content(id)
            state.selected = content.id(at: content.count - 1)
            state.index = max(0, content.count - 1)
            state.screenRow = min(max(0, Layout(self).rows(of: id) - 1), max(0, content.count - 1))
        }
        panes[id] = state
    }

    private mutating func scroll(_ id: PaneID, by delta: Int) {
        var state = pane(id)
        let height = max(1, Layout(self).rows(of: id))
        let last = max(0, TextPanes.lines(id, of: self).count - height)
        let top = TextPanes.startsAtEnd(id) && state.isFollowing ? last : min(state.top, last)
        state.top = min(max(0, top + delta), last)
        state.isFollowing = state.top == last
        panes[id] = state
        markReadIfAtEnd()
    }

    /// Remembers that all arguments of an approval were on the screen.
    mutating func markReadIfAtEnd() {
        guard focusedPane == .arguments, shownApproval != nil || shownQuestion != nil else { return }
        let height = max(1, Layout(self).rows(of: .arguments))
        if TextPanes.lines(.arguments, of: self).count <= pane(.arguments).top + height {
            if let question = shownQuestion?.question {
                readQuestions.insert(question.askedAt)
                if readQuestions.count > 256, let oldest = readQuestions.min() { readQuestions.remove(oldest) }
            }
            guard let approval = shownApproval else { return }
            readApprovals.insert(approval.request.id)
            if readApprovals.count > 256, let oldest = readApprovals.min() { readApprovals.remove(oldest) }
        }
    }
}

/// A jump that Esc undoes.
struct Trail: Sendable, Equatable {
    var from: Location
    var arrived: Location
}
