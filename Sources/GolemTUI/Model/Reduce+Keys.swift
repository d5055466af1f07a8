// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension ConsoleState {
    /// `^C` pressed twice within this time quits.
    static let interruptWindow = Duration.seconds(1)

    mutating func press(_ key: Key) -> [Effect] {
        holdOrder()
        lastKeyAt = now.monotonic
        if key == .control("c") { return interrupt() }
        switch key {
        case .click, .wheel:
            point(key)
            return []
        default: break
        }
        switch overlay {
        case .confirm(let box): return answer(box, key)
        case .prompt(let prompt): return type(prompt, key)
        case .help(let help): return readHelp(help, key)
        case .form(let form): return fillIn(form, key)
        case nil: break
        }
        guard let binding = KeyTable.binding(for: key, in: self), let command = binding.command(for: key) else {
            if case .paste = key { say("a paste is only taken by a prompt: press i or : first", .warn) }
            if case .character(let letter) = key, let word = KeyTable.actions[letter] {
                say("\(letter) \(word): nothing in \(view.title) takes it in this version", .warn)
            }
            return []
        }
        if let reason = binding.disabledReason(self) {
            say("\(binding.hint.isEmpty ? binding.label : binding.hint): \(reason)", .warn)
            return []
        }
        let effects = perform(command)
        holdOrder(onlyWhereNone: true)
        settle()
        return effects
    }

    /// Remembers the order that the operator looks at: when a key begins a new hold, and where a key brought another list.
    private mutating func holdOrder(onlyWhereNone: Bool = false) {
        guard onlyWhereNone || !isOrderHeld else { return }
        for id in view.panes(path: location.path) where !id.isText && id != .log {
            if onlyWhereNone, !pane(id).heldOrder.isEmpty { continue }
            guard case .rows(let rows) = content(id).source else { continue }
            panes[id, default: PaneState()].heldOrder = rows.map(\.id)
        }
    }

    private mutating func perform(_ command: KeyCommand) -> [Effect] {
        switch command {
        case .goTo(let view): go(to: Location(view))
        case .absentView(let text): say(text, .warn)
        case .mark: mark()
        case .wrap: viewState.isUnwrapped.toggle()
        case .pane(let step): changePane(by: step)
        case .move(let rows): move(by: rows)
        case .page(let step): move(by: step * max(1, focusedHeight - 1))
        case .halfPage(let step): move(by: step * max(1, focusedHeight / 2))
        case .first: moveToEnd(isLast: false)
        case .last: moveToEnd(isLast: true)
        case .shift(let step):
            let id = focusedPane
            let last = id.isText ? TextPanes.unwrappedWidth / Screen.shiftStep : 20
            panes[id, default: PaneState()].shift = min(max(0, pane(id).shift + step), last)
        case .open: return open()
        case .back: back()
        case .quit: return quit()
        case .help: overlay = .help(HelpState())
        case .filter:
            overlay = .prompt(Prompt(kind: .filter(previous: viewState.filter), text: viewState.filter.source))
        case .find: overlay = .prompt(Prompt(kind: .find(previous: viewState.find), text: viewState.find))
        case .commandLine: overlay = .prompt(Prompt(kind: .command))
        case .findNext(let step): findNext(step)
        case .nextProblem: nextProblem()
        case .jump(let level, let step): jump(to: level, step)
        case .trace: openTrace()
        case .sort: sortNext()
        case .reverse:
            panes[focusedPane, default: PaneState()].isReversed.toggle()
            panes[focusedPane]?.heldOrder = []
        case .pause: pause()
        case .follow: follow()
        case .unfold: unfold()
        case .zoom: viewState.isZoomed.toggle()
        case .history(let step): visit(step)
        case .lastPlace: lastPlace()
        case .requestLog: openRequestLog()
        case .interrupt: return interrupt()
        case .writeMessage:
            if let chat = shownChat { overlay = .prompt(Prompt(kind: .message(session: chat.session))) }
        case .approve:
            switch Acting.answerOverlay(self) {
            case .confirm(let box)?: return ask(box)
            case .some(let form): overlay = form
            case nil: return ask(Acting.approveBox(self))
            }
        case .reject:
            if shownQuestion != nil, markedIDs(.pending).isEmpty { return ask(Acting.declineBox(self)) }
            let ids = approvalsToReject
            if !ids.isEmpty { overlay = .prompt(Prompt(kind: .note(approvals: ids))) }
        case .cancelTurn: return ask(Acting.cancelBox(self))
        case .clearCooldown: return ask(Acting.cooldownBox(self))
        case .stopTools: return ask(Acting.stopToolsBox(self))
        case .switchServer: return ask(Acting.serverBox(self))
        case .reconnectServer: return ask(Acting.reconnectBox(self))
        case .serverStderr:
            if let name = shownServer?.name { go(to: Location(.mcp, path: [name, "stderr"])) }
        case .retryOutbound: return ask(Acting.retryBox(self, ids: chosenGivenUp))
        case .dropOutbound: return ask(Acting.dropBox(self, ids: chosenGivenUp))
        case .mute: return mute()
        case .copy, .plainDump, .save, .refresh, .repaint, .suspend: return performOutside(command)
        }
        return []
    }

    private mutating func performOutside(_ command: KeyCommand) -> [Effect] {
        switch command {
        case .copy:
            guard let text = Export.mainField(of: self) else {
                say("nothing to send to the clipboard here", .warn)
                return []
            }
            return [.copy(text)]
        case .plainDump: return [.showPlain(Export.visibleLines(of: self))]
        case .save:
            return view == .trace && shownTrace != nil ? ask(Acting.saveBox(self)) : save(.text)
        case .refresh:
            guard link.isUp else {
                say("refresh: \(changeRefusal ?? "no connection")", .warn)
                return []
            }
            say("asked for a fresh snapshot")
            return [.perform(.resynchronise)]
        case .repaint: return [.repaint]
        case .suspend: return [.suspend]
        default: return []
        }
    }

    /// Writes what is shown into a new file.
    func save(_ format: SaveFormat) -> [Effect] {
        let stem = "golem-\(view.title.lowercased())-\(Export.fileStamp(engineTime))"
        switch format {
        case .text:
            let text = Export.savedLines(of: self).joined(separator: "\n") + "\n"
            return [.perform(.writeFile(name: stem + ".txt", text: text))]
        case .json: return [.perform(.writeFile(name: stem + ".json", text: Export.json(of: self) + "\n"))]
        }
    }

    /// Asks why the selected problem is muted, or whether a muted one is shown again.
    private mutating func mute() -> [Effect] {
        guard let problem = Acting.selectedProblem(self) else { return [] }
        guard problem.mute == nil else { return ask(Acting.unmuteBox(self, subject: problem.subject.name)) }
        overlay = .prompt(Prompt(kind: .muteReason(subject: problem.subject.name)))
        return []
    }

    private mutating func interrupt() -> [Effect] {
        let isSecond = now.monotonic - lastInterruptAt <= Self.interruptWindow
        lastInterruptAt = now.monotonic
        if isSecond { return [.perform(.choose(isInProcess ? .keepHeadless : .detach)), .quit] }
        switch overlay {
        case .prompt(let prompt):
            abandon(prompt)
            return []
        case .confirm, .help, .form:
            overlay = nil
            return []
        case nil: return ask(Acting.quitBox(self))
        }
    }

    /// Opens a box, and times a round trip so that keys typed before it are known to have arrived.
    mutating func ask(_ box: ConfirmBox?) -> [Effect] {
        guard let box else { return [] }
        overlay = .confirm(box)
        return [.measureRoundTrip]
    }

    private mutating func answer(_ box: ConfirmBox, _ key: Key) -> [Effect] {
        var box = box
        let isArmed = box.isArmed(at: now.monotonic)
        if key == .escape {
            overlay = box.back.map(Overlay.form)
            say(box.back == nil ? "cancelled" : "nothing was sent")
            return []
        }
        if !isArmed {
            // Typed ahead: the operator had not seen the question.
            if key == .enter { return [] }
            box.droppedKeys += 1
            overlay = .confirm(box)
            return []
        }
        if let word = box.requiredWord {
            if key == .enter {
                guard box.typed.text == word, let button = box.buttons.first else {
                    overlay = nil
                    say("cancelled: \(word) was not typed")
                    return []
                }
                return press(button, of: box)
            }
            _ = box.typed.apply(key)
            overlay = .confirm(box)
            return []
        }
        if key == .enter || key == .character("n") || key == .character("q") {
            overlay = nil
            say("cancelled")
            return []
        }
        if case .character(let character) = key, let button = box.buttons.first(where: { $0.key == character }) {
            return press(button, of: box)
        }
        return []
    }

    private mutating func press(_ button: ConfirmBox.Button, of box: ConfirmBox) -> [Effect] {
        if box.needsLink, let reason = changeRefusal {
            overlay = .confirm(box)
            say("\(button.label): \(reason)", .warn)
            return []
        }
        guard !box.needsLink || box.fits(self) else {
            overlay = .confirm(box)
            say("\(button.label): enlarge the window, not all of the question can be read", .warn)
            return []
        }
        overlay = nil
        switch button.answer {
        case .send(let action), .typed(let action): return send(action, seenSeq: box.seenSeq)
        case .sendAll(let actions):
            _ = clearMarks()
            return actions.flatMap { send($0, seenSeq: box.seenSeq) }
        case .save(let format): return save(format)
        case .quit(.stopEngine) where box.requiredWord == nil && engine?.engine?.isDemo != true:
            return ask(Acting.stopBox(self, button.answer))
        case .quit(let choice): return [.perform(.choose(choice)), .quit]
        }
    }

    /// Sends a command and shows how it fares.
    mutating func send(_ action: Command.Action, seenSeq: UInt64?) -> [Effect] {
        let command = Command(id: ids.make(), actor: actor, seenSeq: seenSeq ?? engine?.seq, action: action)
        let line = action.commandLine
        pending.append(PendingCommand(command: command, sentAt: now.monotonic, commandLine: line))
        if pending.count > 16 { pending.removeFirst() }
        say("sent: \(line)", .normal, commandID: command.id)
        return [.perform(.send(command))]
    }

    private mutating func readHelp(_ help: HelpState, _ key: Key) -> [Effect] {
        var help = help
        let last = max(0, HelpText.lines(for: self, search: help.search.text).count - HelpText.height(size))
        switch key {
        case .escape, .enter, .function(1):
            if key == .escape, !help.search.text.isEmpty {
                overlay = .help(HelpState())
            } else {
                overlay = nil
            }
            return []
        case .down: help.top += 1
        case .up: help.top -= 1
        case .pageDown, .character(" "): help.top += HelpText.height(size)
        case .pageUp: help.top -= HelpText.height(size)
        case .home: help.top = 0
        case .end: help.top = last
        default: if help.search.apply(key) { help.top = 0 }
        }
        help.top = min(max(0, help.top), last)
        overlay = .help(help)
        return []
    }
}
