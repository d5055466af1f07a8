// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The questions that are asked before something is changed.
enum Acting {
    /// Why an action cannot be asked for.
    struct Refusal: Error, Equatable {
        var reason: String
    }

    /// The question for an action that was typed as a command.
    static func box(for action: Command.Action, _ state: ConsoleState) -> Result<ConfirmBox, Refusal> {
        func result(_ box: ConfirmBox?, _ reason: String) -> Result<ConfirmBox, Refusal> {
            box.map(Result.success) ?? .failure(Refusal(reason: reason))
        }
        switch action {
        case .approve(let id, let scope):
            if let reason = approvalRefusal(state, id: id) { return .failure(Refusal(reason: reason)) }
            return result(approveBox(state, id: id, scopes: [scope]), "approval \(id) is not pending")
        case .reject(let id, let note):
            return result(rejectBox(state, ids: [id], note: note), "approval \(id) is not pending")
        case .cancelTurn(let session):
            return result(cancelBox(state, sessions: [session]), "no turn runs in \(session)")
        case .clearCooldown(let model): return result(cooldownBox(state, model: model), "\(model) does not cool down")
        case .sendMessage(let session, let text):
            guard state.engine?.chats[session] != nil else { return .failure(Refusal(reason: "no chat \(session)")) }
            let lines = [
                ConfirmBox.Line("effect", "the agent answers this message as if the chat had sent it:"),
                ConfirmBox.Line("text", text),
                ConfirmBox.Line("undo", "none; X cancels the turn while it runs"),
            ]
            return .success(box("Send a message into \(session)?", lines, [.init("y", "Send", .send(action))], state))
        case .retryOutbound(let id): return result(retryBox(state, ids: [id]), "")
        case .dropOutbound(let id): return result(dropBox(state, ids: [id]), "")
        case .mute(let subject, let minutes, let reason):
            let box = muteBox(state, subject: subject, minutes: minutes, reason: reason)
            return result(box, "no problem \(subject) is open")
        case .unmute(let subject): return result(unmuteBox(state, subject: subject), "no problem \(subject) is muted")
        case .stopEngine: return .success(stopBox(state, .typed(.stopEngine)))
        case .revokeGrant(let id): return result(revokeBox(state, id: id), "there is no standing grant \(id)")
        case .setPolicyMode(let mode, let ttl, let isKept):
            return .success(modeBox(state, mode: mode, ttl: ttl, isKept: isKept))
        case .emergencyStop(let isOn, let reason):
            return .success(stopToolsBox(state, isOn: isOn, reason: reason))
        case .disableServer(let name, _, _), .enableServer(let name, _), .reconnectServer(let name),
            .testServer(let name):
            return result(serverBox(for: action, state), "no MCP server \(name)")
        case .setToolHidden(let name, let tool, _, _):
            return result(serverBox(for: action, state), "no tool \(tool) of an MCP server \(name)")
        case .answerQuestion(let id, _, let answer): return questionBox(state, id: id, answer: answer)
        case .readTranscript, .readStatus, .listApprovals, .readPolicy, .explainPolicy, .noteConfigChange, .listServers,
            .listQuestions:
            return .failure(Refusal(reason: "nothing to confirm"))
        }
    }

    // MARK: - Approvals

    /// Why the selected call cannot be approved now.
    static func approvalRefusal(_ state: ConsoleState) -> String? {
        if state.shownQuestion != nil { return questionRefusal(state) }
        guard let approval = state.shownApproval else { return "nothing is pending" }
        guard state.markedIDs(.pending).isEmpty else { return "one at a time: approving takes no marks (Esc)" }
        return approvalRefusal(state, id: approval.request.id)
    }

    /// Why a call cannot be approved now; whoever approves has seen all of its arguments.
    private static func approvalRefusal(_ state: ConsoleState, id: Int64) -> String? {
        guard let approval = state.engine?.approvals[id] else { return "approval \(id) is not pending" }
        guard approval.request.expiresAt > state.engineTime else { return "approval \(approval.request.id) expired" }
        let isShown = state.view == .policy && state.shownApproval?.request.id == id && showsAllArguments(state)
        guard state.readApprovals.contains(id) || isShown else {
            return "read all arguments first (\(state.view == .policy ? "" : "7, ")Enter, then to the end)"
        }
        return nil
    }

    /// Whether the detail below the list shows every line of the selected call's arguments.
    static func showsAllArguments(_ state: ConsoleState) -> Bool {
        guard state.location.path.isEmpty, state.shownApproval != nil || state.shownQuestion != nil else {
            return false
        }
        let room = Layout(state).rows(of: .arguments)
        return room > 0 && TextPanes.lines(.arguments, of: state).count <= room
    }

    static func approveBox(_ state: ConsoleState) -> ConfirmBox? {
        guard let id = state.shownApproval?.request.id else { return nil }
        return approveBox(state, id: id, scopes: [.once, .session, .minutes(60)])
    }

    private static func approveBox(_ state: ConsoleState, id: Int64, scopes: [Command.ApprovalScope]) -> ConfirmBox? {
        guard let approval = state.engine?.approvals[id] else { return nil }
        let session = approval.session ?? "a session without a name"
        let buttons = scopes.map { scope -> ConfirmBox.Button in
            switch scope {
            case .once: .init("y", "Once", .send(.approve(id: id, scope: scope)))
            case .session: .init("s", "Session", .send(.approve(id: id, scope: scope)))
            case .minutes(let minutes):
                .init("h", minutes == 60 ? "1 hour" : "\(minutes) min", .send(.approve(id: id, scope: scope)))
            }
        }
        let reach =
            scopes.count > 1
            ? "Once: this call. Session, 1 hour: all \(approval.request.tool) calls of this chat until restart, or 60 min"
            : "no grant outlives a restart"
        let lines =
            callLines(approval.request.arguments, state.size) + [
                ConfirmBox.Line("effect", "it runs at once, with the arguments read"),
                ConfirmBox.Line(
                    "in use", "\(session)" + (approval.requestID.map { ", request \(Format.shortID($0))" } ?? "")),
                ConfirmBox.Line("undo", "none once it ran; X in Chats ends its turn"), ConfirmBox.Line("lasts", reach),
            ]
        return box("Approve \(id): \(approval.request.tool)?", lines, buttons, state)
    }

    /// The call as it is approved: all of it, or beginning and end where a box has no room for it.
    static func callLines(_ arguments: String, _ size: Size) -> [ConfirmBox.Line] {
        let call = JSONOutline.revealed(arguments).map(\.text).joined(separator: "  ")
            .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "↵")
        // What BoxLayout leaves for a text, and lines for the rest of the box.
        let room = max(2, size.rows - 14) * max(20, min(70, size.columns - 2) - 15)
        guard let ends = Revealed.ends(call, width: room) else { return [ConfirmBox.Line("call", call)] }
        return [
            ConfirmBox.Line("call", ends.head),
            ConfirmBox.Line("", "\(ends.missing) characters not shown here", isWarning: true),
            ConfirmBox.Line("its end", ends.tail),
        ]
    }

    static func rejectBox(_ state: ConsoleState, ids: [Int64], note: String) -> ConfirmBox? {
        let calls = ids.compactMap { state.engine?.approvals[$0] }
        guard let first = calls.first else { return nil }
        let isOne = calls.count == 1
        let lines =
            (isOne ? [] : [ConfirmBox.Line("calls", names(calls.map { "\($0.request.id) \($0.request.tool)" }))]) + [
                ConfirmBox.Line(
                    "effect",
                    isOne
                        ? "the call does not run; the turn goes on and the model is told"
                        : "none of them runs; their turns go on and the models are told"),
                ConfirmBox.Line("in use", names(Set(calls.map { $0.session ?? "-" }).sorted())),
                ConfirmBox.Line("note", note.isEmpty ? "(none)" : note),
                ConfirmBox.Line("undo", "none; the model may ask again"),
                ConfirmBox.Line("lasts", isOne ? "this call only" : "these calls only"),
            ]
        let actions = calls.map { Command.Action.reject(id: $0.request.id, note: note) }
        let title = isOne ? "Reject \(first.request.id): \(first.request.tool)?" : "Reject \(calls.count) calls?"
        return box(title, lines, [ConfirmBox.Button("y", "Reject", answer(actions))], state)
    }

    private static func names(_ names: [String]) -> String { names.joined(separator: ", ") }

    static func answer(_ actions: [Command.Action]) -> ConfirmBox.Answer {
        actions.count == 1 ? .send(actions[0]) : .sendAll(actions)
    }

    // MARK: - Turns and models

    static func cancelBox(_ state: ConsoleState) -> ConfirmBox? { cancelBox(state, sessions: state.chatsToCancel) }

    private static func cancelBox(_ state: ConsoleState, sessions: [String]) -> ConfirmBox? {
        let chats = sessions.compactMap { name in state.engine?.chats[name].map { (name: name, chat: $0) } }
            .filter { $0.chat.phase.isRunning }
        guard let first = chats.first else { return nil }
        let isOne = chats.count == 1
        let waiting = chats.reduce(0) { $0 + max(0, $1.chat.queueDepth - 1) }
        let queued = waiting > 0 ? "; \(waiting) queued messages are answered next" : ""
        let uses = chats.map { name, chat in
            (isOne ? "" : "\(name): ") + "step \(chat.step)/\(chat.stepLimit), \(chat.activity(now: state.engineTime))"
        }
        let lines = [
            ConfirmBox.Line("effect", "\(isOne ? "the turn ends" : "the turns end") now without an answer\(queued)"),
            ConfirmBox.Line("in use", uses.joined(separator: "; ")),
            ConfirmBox.Line("undo", "none; what tools did stays done. The message can be sent again"),
            ConfirmBox.Line("lasts", isOne ? "this turn only" : "these turns only"),
        ]
        let title = isOne ? "Cancel the turn of \(first.name)?" : "Cancel \(chats.count) turns?"
        let label = isOne ? "Cancel the turn" : "Cancel the turns"
        let actions = chats.map { Command.Action.cancelTurn(session: $0.name) }
        return box(title, lines, [ConfirmBox.Button("y", label, answer(actions))], state)
    }

    /// The cooling model whose problem is selected.
    static func coolingModel(in state: ConsoleState) -> String? {
        guard state.focusedPane == .problems, let id = state.selectedID(.problems) else { return nil }
        return state.shownEngine?.models.keys.first { Problem.Subject.model($0).name == id }
    }

    static func cooldownBox(_ state: ConsoleState) -> ConfirmBox? {
        coolingModel(in: state).flatMap { cooldownBox(state, model: $0) }
    }

    private static func cooldownBox(_ state: ConsoleState, model: String) -> ConfirmBox? {
        guard let known = state.engine?.models[model], let until = known.coolDownUntil else { return nil }
        let lines = [
            ConfirmBox.Line(
                "effect", "new calls use it at once instead of in \(Format.span(until.since(state.engineTime)))"),
            ConfirmBox.Line("reason", known.coolDownReason),
            ConfirmBox.Line("undo", "not needed: another failure cools it down again"),
            ConfirmBox.Line("lasts", "until its next failure"),
        ]
        let button = ConfirmBox.Button("y", "Use again", .send(.clearCooldown(model: model)))
        return box("Use \(model) again?", lines, [button], state)
    }

    // MARK: - The end

    static func quitBox(_ state: ConsoleState) -> ConfirmBox {
        let host = state.engine?.engine?.host ?? "the engine"
        guard state.isInProcess else {
            var box = box(
                "Leave the console?",
                [ConfirmBox.Line("effect", "the engine on \(host) goes on; golem attach comes back")],
                [.init("y", "Leave", .quit(.detach))], state)
            box.needsLink = false
            return box
        }
        let running =
            state.engine.map { "\($0.runningTurns) turns run, \($0.queuedMessages) messages wait or run" } ?? "unknown"
        var box = box(
            "Leave the console?",
            [
                ConfirmBox.Line("headless", "the engine goes on without a console; golem attach comes back"),
                ConfirmBox.Line("stop", "the engine ends what runs and stops; waiting messages stay stored"),
                ConfirmBox.Line("in use", running),
            ], [.init("k", "Keep headless", .quit(.keepHeadless)), .init("s", "Stop engine", .quit(.stopEngine))], state
        )
        box.needsLink = false
        return box
    }

    static func stopBox(_ state: ConsoleState, _ answer: ConfirmBox.Answer) -> ConfirmBox {
        let host = state.engine?.engine?.host ?? "engine"
        let running =
            state.engine.map { "\($0.runningTurns) turns run, \($0.queuedMessages) messages wait or run" } ?? "unknown"
        var box = box(
            "Stop the engine on \(host)?",
            [
                ConfirmBox.Line(
                    "effect",
                    "every channel goes silent; accepted messages stay stored and are answered after the next start"),
                ConfirmBox.Line("in use", running), ConfirmBox.Line("undo", "golem run"),
                ConfirmBox.Line("lasts", "until somebody starts it again"),
            ], [.init("s", "Stop", answer)], state)
        box.requiredWord = host
        if case .quit = answer { box.needsLink = false }
        return box
    }

    static func box(
        _ title: String, _ lines: [ConfirmBox.Line], _ buttons: [ConfirmBox.Button], _ state: ConsoleState
    ) -> ConfirmBox {
        ConfirmBox(
            title: title, lines: lines, buttons: buttons, openedAt: state.now.monotonic, seenSeq: state.engine?.seq)
    }

    // MARK: - Reading back

    /// Whether an action's effect can be seen in the engine's state.
    static func isVisible(_ action: Command.Action, in engine: EngineState) -> Bool {
        switch action {
        case .approve(let id, _), .reject(let id, _): engine.approvals[id] == nil
        case .answerQuestion(let id, let askedAt, _): engine.questions[id]?.question.askedAt != askedAt
        case .cancelTurn(let session): engine.chats[session]?.phase.isRunning != true
        case .clearCooldown(let model): engine.models[model]?.coolDownUntil == nil
        case .stopEngine: engine.stopping != nil
        case .revokeGrant(let id): engine.policy.grants[id] == nil
        case .setPolicyMode(let mode, _, _): engine.policy.current?.mode == mode
        case .emergencyStop(let isOn, _): (engine.policy.emergencyStop != nil) == isOn
        case .disableServer(let name, _, _): engine.mcpServers[name]?.isDisabled == true
        case .enableServer(let name, _): engine.mcpServers[name]?.isDisabled == false
        case .setToolHidden(let name, let tool, let isHidden, _):
            engine.mcpServers[name]?.tools.contains { $0.name == tool && $0.isHidden == isHidden } == true
        case .sendMessage, .readTranscript, .readStatus, .listApprovals, .readPolicy, .explainPolicy,
            .noteConfigChange, .listServers, .reconnectServer, .testServer, .listQuestions:
            false
        case .mute(let subject, _, _): engine.mutes[subject] != nil
        case .unmute(let subject): engine.mutes[subject] == nil
        case .retryOutbound(let id), .dropOutbound(let id):
            !engine.outbound.values.contains { $0.givenUp.contains { $0.id == id } }
        }
    }
}
