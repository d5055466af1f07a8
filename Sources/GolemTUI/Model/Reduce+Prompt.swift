// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension ConsoleState {
    /// Lines of the command history that are kept.
    static let historyLimit = 100

    mutating func type(_ prompt: Prompt, _ key: Key) -> [Effect] {
        var prompt = prompt
        switch key {
        case .escape:
            abandon(prompt)
            return []
        case .enter: return submit(prompt)
        case .tab, .backTab:
            if case .command = prompt.kind { complete(&prompt) }
        case .up, .control("p"): recall(&prompt, step: 1)
        case .down, .control("n"): recall(&prompt, step: -1)
        default:
            if key == .backspace, prompt.editor.text.isEmpty {
                abandon(prompt)
                return []
            }
            guard prompt.editor.apply(prompt.takesLines ? key : key.onOneLine) else { return [] }
            prompt.completions = []
            prompt.historyIndex = nil
            preview(&prompt)
        }
        overlay = .prompt(prompt)
        return []
    }

    /// Leaves a prompt as if it had not been opened.
    mutating func abandon(_ prompt: Prompt) {
        switch prompt.kind {
        case .filter(let previous): setFilter(previous)
        case .find(let previous): viewState.find = previous
        case .command, .message, .note, .muteReason: break
        }
        overlay = nil
    }

    /// Shows at once what a filter or a find would do; a half-typed pattern leaves the last good one.
    private mutating func preview(_ prompt: inout Prompt) {
        prompt.error = nil
        switch prompt.kind {
        case .filter:
            do throws(Filter.BadPattern) {
                setFilter(try Filter.parse(prompt.editor.text))
            } catch {
                prompt.error = error.reason
            }
        case .find: viewState.find = prompt.editor.text
        case .command, .message, .note, .muteReason: break
        }
    }

    private mutating func submit(_ prompt: Prompt) -> [Effect] {
        let text = prompt.editor.text
        switch prompt.kind {
        case .filter:
            do throws(Filter.BadPattern) {
                setFilter(try Filter.parse(text))
            } catch {
                say("filter: \(error.reason); the last good one stays", .warn)
            }
            overlay = nil
            settle()
            return []
        case .find:
            overlay = nil
            if !text.isEmpty { findFirst() }
            return []
        case .command:
            overlay = nil
            return run(text)
        case .message(let session):
            overlay = nil
            guard !text.allSatisfy(\.isWhitespace) else {
                say("nothing sent: the message was empty")
                return []
            }
            if let reason = changeRefusal {
                say("message: \(reason)", .warn)
                return []
            }
            return send(.sendMessage(session: session, text: text), seenSeq: engine?.seq)
        case .muteReason(let subject):
            guard !text.allSatisfy(\.isWhitespace) else {
                overlay = nil
                say("not muted: a reason is needed", .warn)
                return []
            }
            overlay = nil
            return ask(Acting.muteBox(self, subject: subject, minutes: Acting.muteMinutes, reason: text))
        case .note(let approvals): return ask(Acting.rejectBox(self, ids: approvals, note: text))
        }
    }

    private mutating func findFirst() {
        let content = content(focusedPane)
        let needle = Needle(viewState.find)
        if !focusedPane.isText, let index = selectedIndex(focusedPane, in: content),
            row(content, at: index)?.cells.contains(where: { needle.isIn($0.text) }) == true
        {
            return
        }
        // A log is read from its end: the nearest hit is above.
        findNext(view == .logs && pane(.log).isFollowing ? -1 : 1)
    }

    private mutating func recall(_ prompt: inout Prompt, step: Int) {
        guard case .command = prompt.kind, !commandHistory.isEmpty else { return }
        let index = (prompt.historyIndex ?? -1) + step
        guard index < commandHistory.count else { return }
        prompt.historyIndex = index < 0 ? nil : index
        prompt.editor = LineEditor(index < 0 ? "" : commandHistory[commandHistory.count - 1 - index])
        prompt.completions = []
    }

    private func complete(_ prompt: inout Prompt) {
        let text = prompt.editor.text
        let candidates = CommandWords.completions(of: text, in: self)
        guard let first = candidates.first else {
            prompt.error = "no completion"
            return
        }
        prompt.error = nil
        let common = candidates.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
        let head = String(text[..<(text.lastIndex(of: " ").map { text.index(after: $0) } ?? text.startIndex)])
        prompt.editor = LineEditor(head + common + (candidates.count == 1 ? " " : ""))
        prompt.completions = candidates.count == 1 ? [] : candidates
    }

    // MARK: - Commands

    mutating func run(_ line: String) -> [Effect] {
        let text = line.drop { $0 == " " }
        guard !text.isEmpty else { return [] }
        if commandHistory.last != String(text) { commandHistory.append(String(text)) }
        if commandHistory.count > Self.historyLimit { commandHistory.removeFirst() }
        switch CommandWords.parse(String(text)) {
        case .go(let view): go(to: Location(view))
        case .trace(let prefix): trace(prefix)
        case .level(let level):
            log.show(level: level)
            go(to: Location(.logs))
            say("level \(level.rawValue) and above, in this console only")
        case .filter(let source):
            do throws(Filter.BadPattern) {
                setFilter(try Filter.parse(source))
            } catch {
                say("filter: \(error.reason)", .warn)
            }
        case .sort(let column): sort(by: column)
        case .help: overlay = .help(HelpState())
        case .quit: return ask(Acting.quitBox(self))
        case .refresh: return [.perform(.resynchronise)]
        case .act(let action): return act(action)
        case .zone(let isLocal):
            zone = isLocal ? localZone : .utc
            say("times are \(zone.name(at: engineTime)) in all views")
        case .mouse(let isOn):
            say(
                isOn
                    ? "mouse on: the wheel moves, a click selects; Shift marks text as before"
                    : "mouse off: the terminal has it back")
            return [.reportMouse(isOn)]
        case .transcript(let session):
            guard engine?.chats[session] != nil else {
                say("no chat \(session)", .warn)
                break
            }
            return openTranscript(of: session)
        case .save(let format): return save(format)
        case .failure(let reason): say(reason, .warn)
        }
        settle()
        return []
    }

    private mutating func act(_ action: Command.Action) -> [Effect] {
        if let reason = changeRefusal {
            say("\(action.commandLine): \(reason)", .warn)
            return []
        }
        switch Acting.box(for: action, self) {
        case .success(let box): return ask(box)
        case .failure(let refusal):
            say(refusal.reason, .warn)
            return []
        }
    }

    private mutating func trace(_ prefix: String) {
        let matches = (shownEngine?.traceOrder ?? []).filter { $0.hasPrefix(prefix) }
        switch matches.count {
        case 0: say("trace: no remembered request begins with \(prefix)", .warn)
        case 1: openTrace(matches[0])
        default:
            // The newest one is meant most often; the list shows the others.
            guard let newest = matches.last else { return }
            openTrace(newest)
            say("\(matches.count) requests begin with \(prefix): this is the newest", .warn)
        }
    }

    private mutating func sort(by column: String) {
        let id = focusedPane
        let columns = table(id).columns
        guard
            let match = columns.first(where: {
                $0.key == column.lowercased() || $0.title.lowercased() == column.lowercased()
            })
        else {
            say("sort: columns are \(columns.map(\.key).joined(separator: " "))", .warn)
            return
        }
        panes[id, default: PaneState()].sortKey = match.key
        panes[id, default: PaneState()].heldOrder = []
    }
}

extension String {
    /// The longest beginning that both share.
    func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
