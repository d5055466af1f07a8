// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Acting {
    /// Minutes that `M` mutes a problem for.
    static let muteMinutes = 60

    // MARK: - Messages that were given up

    /// The question before messages are sent again.
    static func retryBox(_ state: ConsoleState, ids: [Int64]) -> ConfirmBox? {
        outboundBox(
            state, ids: ids, verb: "Send", suffix: " again", button: "Send again",
            effect: "sent again, with all attempts anew", undo: "none; the platform may show a message twice",
            action: { .retryOutbound(id: $0) })
    }

    /// The question before messages are dropped.
    static func dropBox(_ state: ConsoleState, ids: [Int64]) -> ConfirmBox? {
        outboundBox(
            state, ids: ids, verb: "Drop", suffix: "", button: "Drop",
            effect: "never sent: nobody in the chat gets it, the alarm ends",
            undo: "none; the log keeps who dropped it",
            action: { .dropOutbound(id: $0) })
    }

    private static func outboundBox(
        _ state: ConsoleState, ids: [Int64], verb: String, suffix: String, button: String, effect: String, undo: String,
        action: (Int64) -> Command.Action
    ) -> ConfirmBox? {
        guard let first = ids.first else { return nil }
        let known = ids.compactMap { id in state.givenUp(id) }
        let what = ids.count == 1 ? "message \(first)" : "\(ids.count) messages"
        var lines: [ConfirmBox.Line] = []
        if ids.count > 1 { lines.append(ConfirmBox.Line("numbers", ids.map { "\($0)" }.joined(separator: " "))) }
        lines.append(ConfirmBox.Line("effect", "\(ids.count == 1 ? "it is" : "they are") \(effect)"))
        lines.append(
            ConfirmBox.Line(
                "chat",
                known.isEmpty
                    ? "unknown to this console"
                    : Set(known.map { "\($0.channel):\($0.message.chatID)" }).sorted().joined(separator: ", ")))
        if let newest = known.last?.message {
            let age = Format.age(state.engineTime.since(newest.time))
            lines.append(ConfirmBox.Line("given up", "\(age) ago after \(newest.attempts) attempts: \(newest.error)"))
        }
        lines += [ConfirmBox.Line("undo", undo), ConfirmBox.Line("lasts", "for ever, also after a restart")]
        return box(
            "\(verb) \(what)\(suffix)?", lines, [ConfirmBox.Button("y", button, answer(ids.map(action)))], state)
    }

    // MARK: - Muting

    /// The problem under the cursor of the overview's list; nil when there is none.
    static func selectedProblem(_ state: ConsoleState) -> Problem? {
        guard state.focusedPane == .problems, let id = state.selectedID(.problems) else { return nil }
        return state.allProblems.first { $0.subject.name == id }
    }

    /// The question before a problem is muted.
    static func muteBox(_ state: ConsoleState, subject: String, minutes: Int, reason: String) -> ConfirmBox? {
        guard let problem = state.allProblems.first(where: { $0.subject.name == subject }) else { return nil }
        let lines = [
            ConfirmBox.Line("problem", problem.text),
            ConfirmBox.Line(
                "effect", "for \(minutes) min it is not counted and not shown first, in all consoles; worse is shown"),
            ConfirmBox.Line("reason", reason), ConfirmBox.Line("undo", "M on its row shows it again"),
            ConfirmBox.Line("lasts", "\(minutes) min, or until the engine restarts"),
        ]
        let action = Command.Action.mute(subject: subject, minutes: minutes, reason: reason)
        return box("Mute \(subject)?", lines, [ConfirmBox.Button("y", "Mute", .send(action))], state)
    }

    /// The question before a muted problem is shown again.
    static func unmuteBox(_ state: ConsoleState, subject: String) -> ConfirmBox? {
        guard let mute = state.engine?.mutes[subject], mute.until > state.engineTime else { return nil }
        let left = Format.span(mute.until.since(state.engineTime))
        let lines = [
            ConfirmBox.Line("effect", "it counts and is shown again, in all consoles"),
            ConfirmBox.Line("muted", "by \(mute.by), \(left) left: \(mute.reason)"),
            ConfirmBox.Line("undo", "M mutes it again"),
        ]
        let button = ConfirmBox.Button("y", "Show again", .send(.unmute(subject: subject)))
        return box("Show \(subject) again?", lines, [button], state)
    }

    // MARK: - Saving

    /// The question in which form a trace is saved.
    static func saveBox(_ state: ConsoleState) -> ConfirmBox {
        var box = box(
            "Save this trace?",
            [
                ConfirmBox.Line("text", "the table and the details, for people"),
                ConfirmBox.Line("json", "all that is remembered of the request, for programs"),
                ConfirmBox.Line("file", "new, readable by you alone; :save text and :save json do the same"),
            ], [.init("t", "Text", .save(.text)), .init("j", "JSON", .save(.json))], state)
        box.needsLink = false
        return box
    }
}
