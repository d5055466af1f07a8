// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// All keys of the console.
package enum KeyTable {
    /// Every binding, in the order of help and reference; those of a pane win over those of a view, and both over the others.
    package static let bindings: [KeyBinding] = paneBindings + viewBindings + globalBindings

    /// The binding of a key where the operator is; nil when the key means nothing there.
    package static func binding(for key: Key, in state: ConsoleState) -> KeyBinding? {
        bindings.first { isActive($0, in: state) && $0.keys.contains(key) }
    }

    /// Whether a binding holds where the operator is.
    static func isActive(_ binding: KeyBinding, in state: ConsoleState) -> Bool {
        switch binding.scope {
        case .everywhere: true
        case .view(let view): state.view == view
        case .pane(let pane): state.focusedPane == pane
        }
    }

    /// The bindings for the hint line, most useful first.
    package static func hints(for state: ConsoleState) -> [KeyBinding] {
        var labels: Set<String> = []
        return bindings.filter { isActive($0, in: state) && labels.insert($0.label).inserted && $0.hintPriority != nil }
            .sorted { ($0.hintPriority ?? .max) < ($1.hintPriority ?? .max) }
    }

    /// The six letters that act, with what they ask for where a view takes them.
    static let actions: [Character: String] = [
        "A": "approve", "D": "disable", "M": "mute", "P": "pause", "R": "retry", "X": "cancel",
    ]

    private static func isOpen(_ state: ConsoleState) -> String? {
        state.location.path.isEmpty ? nil : "all of it is shown"
    }

    static let paneBindings: [KeyBinding] = [
        KeyBinding(
            "Enter", [.enter], in: .pane(.givenUp), [.open], hint: "trace", "Open the trace of the message's request.",
            hintPriority: 4, disabled: { $0.selectedRequestID == nil ? "this row has no request" : nil }),
        KeyBinding(
            "R", [.character("R")], in: .pane(.givenUp), [.retryOutbound], hint: "send again",
            "Send the message again, or all marked ones.", hintPriority: 2, isChange: true
        ) { $0.chosenGivenUp.isEmpty ? "nothing is given up here" : nil },
        KeyBinding(
            "X", [.character("X")], in: .pane(.givenUp), [.dropOutbound], hint: "drop",
            "Drop the message, or all marked ones: it is never sent.", hintPriority: 3, isChange: true
        ) { $0.chosenGivenUp.isEmpty ? "nothing is given up here" : nil },
    ]

    static let viewBindings: [KeyBinding] = [
        KeyBinding(
            "Enter", [.enter], in: .view(.overview), [.open], hint: "open",
            "Open the selected problem where it can be solved, or the selected event's trace.", hintPriority: 2),
        KeyBinding(
            "R", [.character("R")], in: .view(.overview), [.clearCooldown], hint: "use model again",
            "Use a model again that cools down (select its problem first).", hintPriority: 12, isChange: true
        ) { Acting.coolingModel(in: $0) == nil ? "select a model that cools down" : nil },
        KeyBinding(
            "D", [.character("D")], in: .view(.overview), [.stopTools],
            "Emergency stop: stop all tools at once, or let them run again.", isChange: true),
        KeyBinding(
            "M", [.character("M")], in: .view(.overview), [.mute], hint: "mute",
            "Mute the selected problem for 1 h, with a reason, in all consoles; on a muted one: show it again.",
            hintPriority: 3, isChange: true
        ) { Acting.selectedProblem($0) == nil ? "select a problem" : nil },

        KeyBinding(
            "Enter", [.enter], in: .view(.chats), [.open], hint: "full", "Open the whole transcript of the chat.",
            hintPriority: 2),
        KeyBinding(
            "F", [.character("F")], in: .view(.chats), [.follow], hint: "follow",
            "Follow the newest line of the transcript.", hintPriority: 6),
        KeyBinding(
            "o", [.character("o")], in: .view(.chats), [.unfold], hint: "unfold",
            "Unfold or fold thinking and tool output.", hintPriority: 5),
        KeyBinding(
            "i", [.character("i")], in: .view(.chats), [.writeMessage], hint: "write",
            "Write a message into the chat as the operator; the agent answers it.", hintPriority: 3, isChange: true
        ) { $0.shownChat == nil ? "select a chat" : nil },
        KeyBinding(
            "X", [.character("X")], in: .view(.chats), [.cancelTurn], hint: "cancel turn",
            "Cancel the running turn of the chat, or of all marked chats.", hintPriority: 7, isChange: true
        ) { $0.chatsToCancel.isEmpty ? "no turn runs in this chat" : nil },

        KeyBinding(
            "Enter", [.enter], in: .view(.tools), [.open], hint: "details",
            "Open the tool: histogram, all remembered failures; there, the trace of a failure.", hintPriority: 2),

        KeyBinding(
            "Enter", [.enter], in: .view(.mcp), [.open], hint: "tools",
            "Open the server's tools; there, the trace of a tool's last failure.", hintPriority: 4
        ) { $0.location.path.count > 1 ? "all of it is shown" : $0.shownServer == nil ? "no server" : nil },
        KeyBinding(
            "D", [.character("D")], in: .view(.mcp), [.switchServer], hint: "disable",
            "Disable or enable the server; in its tools, hide or show the selected one.", hintPriority: 2,
            isChange: true
        ) { $0.shownServer == nil ? "no server" : nil },
        KeyBinding(
            "R", [.character("R")], in: .view(.mcp), [.reconnectServer], hint: "reconnect",
            "Connect the server anew, at once.", hintPriority: 3, isChange: true
        ) { state in
            guard let shown = state.shownServer else { return "no server" }
            if case .disabled = shown.server.health { return "it is disabled: D enables it" }
            return nil
        },
        KeyBinding(
            "o", [.character("o")], in: .view(.mcp), [.serverStderr], hint: "stderr",
            "Show the kept end of the server's standard error and log.", hintPriority: 5
        ) { $0.shownServer == nil ? "no server" : nil },

        KeyBinding(
            "Enter", [.enter], in: .view(.policy), [.open], hint: "all args",
            "Show all arguments of the call, wrapped and never cut.", hintPriority: 2, disabled: isOpen),
        KeyBinding(
            "A", [.character("A")], in: .view(.policy), [.approve], hint: "approve",
            "Approve the call: once, for this chat, or for an hour; answer the question of an MCP server.",
            hintPriority: 3, isChange: true,
            disabled: Acting.approvalRefusal),
        KeyBinding(
            "X", [.character("X")], in: .view(.policy), [.reject], hint: "reject",
            "Reject the call, or all marked ones, with a note that the model reads; refuse a question.",
            hintPriority: 4,
            isChange: true
        ) { $0.approvalsToReject.isEmpty && $0.shownQuestion == nil ? "nothing is pending" : nil },
        KeyBinding(
            "D", [.character("D")], in: .view(.policy), [.stopTools], hint: "stop tools",
            "Emergency stop: stop all tools at once, or let them run again.", hintPriority: 6, isChange: true),

        KeyBinding(
            "Enter", [.enter], in: .view(.trace), [.open], hint: "payload",
            "Open the request, or all that is known of the step.", hintPriority: 2,
            disabled: { $0.location.path.count > 1 ? "all of it is shown" : nil }),
        KeyBinding(
            "e E", [.character("e"), .character("E")], in: .view(.trace), [.jump(.error, 1), .jump(.error, -1)],
            hint: "error", "Go to the next or previous step that failed.", hintPriority: 3),
        KeyBinding(
            "9", [.character("9")], in: .view(.trace), [.requestLog], hint: "its logs",
            "Show the log lines of this request (from the list: the log).", hintPriority: 4),
        KeyBinding(
            "F", [.character("F")], in: .view(.trace), [.follow], hint: "follow",
            "Stay at the newest step while the request runs.", hintPriority: 5),

        KeyBinding(
            "Enter", [.enter], in: .view(.logs), [.open], hint: "record", "Show all that is known of the line.",
            hintPriority: 9, disabled: isOpen),
        KeyBinding(
            "e E", [.character("e"), .character("E")], in: .view(.logs), [.jump(.error, 1), .jump(.error, -1)],
            hint: "err", "Go to the next or previous error.", hintPriority: 4),
        KeyBinding(
            "w W", [.character("w"), .character("W")], in: .view(.logs), [.jump(.warn, 1), .jump(.warn, -1)],
            hint: "warn", "Go to the next or previous warning.", hintPriority: 5),
        KeyBinding(
            "G", [.character("G"), .end], in: .view(.logs), [.last], hint: "newest",
            "Go to the newest line and follow.", hintPriority: 8),
        KeyBinding(
            "F", [.character("F")], in: .view(.logs), [.follow], "Follow the newest line."),
        KeyBinding(
            "o", [.character("o")], in: .view(.logs), [.unfold], hint: "bodies",
            "Reveal or hide the texts that belong to the lines: chat text, arguments, results.", hintPriority: 7,
            disabled: isOpen),
    ]

    static let globalBindings: [KeyBinding] = [
        KeyBinding(
            "?", [.character("?"), .function(1)], [.help], hint: "help", "Help for this view; type to search in it.",
            hintPriority: 0),
        KeyBinding(
            "!", [.character("!")], [.nextProblem], hint: "worst", "Go to the next open problem, worst first.",
            hintPriority: 1, disabled: { $0.problems.isEmpty ? "no open problem" : nil }),
        KeyBinding(
            "t", [.character("t")], [.trace], hint: "trace", "Trace the request of the selected row.",
            hintPriority: 8, disabled: { $0.selectedRequestID == nil ? "this row has no request" : nil }),
        KeyBinding(
            "/", [.character("/")], [.filter], hint: "filter",
            "Filter rows: plain words, !inverted, ~regular expression, column:value.", hintPriority: 9),
        KeyBinding(
            "p", [.character("p")], [.pause], hint: "pause", "Freeze this view, or let it run again.", hintPriority: 10),
        KeyBinding(
            "Tab", [.tab, .backTab], [.pane(1), .pane(-1)], hint: "pane", "Next or previous pane.", hintPriority: 11),
        KeyBinding(
            "s", [.character("s")], [.sort], hint: "sort", "Sort by the next column.", hintPriority: 13),
        KeyBinding("r", [.character("r")], [.reverse], "Turn the order round."),
        KeyBinding(
            ":", [.character(":")], [.commandLine], hint: "command", "Command line; Tab completes.", hintPriority: 14),
        KeyBinding(
            "q", [.character("q")], [.quit], hint: "quit", "One step back; at the top, ask to quit.", hintPriority: 15),
        KeyBinding("Esc", [.escape], [.back], "One step back; never quits."),
        KeyBinding(
            "1 2 3 6 7 8 9", ["1", "2", "3", "6", "7", "8", "9"].map(Key.character),
            ViewID.allCases.map(KeyCommand.goTo),
            "Go to a view."),
        KeyBinding(
            "4 5", ["4", "5"].map(Key.character),
            [
                .absentView(
                    "4 Outbound: not in this version; see 1 (given up) and 9 with /event:outbound"),
                .absentView("5 Heartbeat & Cron: not in this version; nothing is scheduled by this engine"),
            ], "Views that are not in this version: says where to look instead."),
        KeyBinding(
            "j k", [.character("j"), .character("k"), .down, .up], [.move(1), .move(-1), .move(1), .move(-1)],
            "Down and up; also the arrow keys."),
        KeyBinding("PgDn PgUp", [.pageDown, .pageUp], [.page(1), .page(-1)], "A screen down or up."),
        KeyBinding(
            "^D ^U", [.control("d"), .control("u")], [.halfPage(1), .halfPage(-1)], "Half a screen down or up."),
        KeyBinding("g Home", [.character("g"), .home], [.first], "The first row."),
        KeyBinding("G End", [.character("G"), .end], [.last], "The last row."),
        KeyBinding(
            "l h", [.character("l"), .character("h"), .right, .left], [.shift(1), .shift(-1), .shift(1), .shift(-1)],
            "Shift the columns; the first one stays. Also the arrow keys."),
        KeyBinding("f", [.character("f")], [.find], "Find a text: highlights, hides nothing."),
        KeyBinding("n N", [.character("n"), .character("N")], [.findNext(1), .findNext(-1)], "Next or previous hit."),
        KeyBinding(
            "e E", [.character("e"), .character("E")], [.jump(.error, 1), .jump(.error, -1)],
            "Next or previous row or line that shows an error."),
        KeyBinding(
            "w W", [.character("w"), .character("W")], [.jump(.warn, 1), .jump(.warn, -1)],
            "Next or previous row or line that warns or asks."),
        KeyBinding(
            "F", [.character("F")], [.follow], "Follow the newest row, line or step.",
            disabled: { $0.focusedPane.beginsWithNewest ? nil : "this list has no newest end" }),
        KeyBinding(
            "Space", [.character(" ")], [.mark], "Mark the row or take its mark away; R and X take all marked rows.",
            disabled: { $0.focusedPane.takesMarks ? nil : "no key acts on marks in this list" }),
        KeyBinding(
            "^W", [.control("w")], [.wrap], "Cut long lines of a text, shifted by h and l, or wrap them again.",
            disabled: {
                $0.focusedPane.isText
                    ? ($0.focusedPane == .arguments ? "arguments are always wrapped" : nil)
                    : "only texts wrap; Enter or Tab leads to one"
            }),
        KeyBinding("z", [.character("z")], [.zoom], "Let the focused pane fill the body."),
        KeyBinding(
            "[ ]", [.character("["), .character("]")], [.history(-1), .history(1)], "Places visited: back, forward."),
        KeyBinding("-", [.character("-")], [.lastPlace], "The place before this one, and back."),
        KeyBinding("y", [.character("y")], [.copy], "Send the selected row's main field to the clipboard."),
        KeyBinding(
            "Y", [.character("Y")], [.plainDump], "Print the rows without decoration, to be marked with the mouse."),
        KeyBinding(
            "^S", [.control("s")], [.save],
            "Save the view to a file that only you can read; of a trace, as text or JSON (:save json anywhere)."),
        KeyBinding("^R", [.control("r")], [.refresh], "Ask the engine for a fresh snapshot."),
        KeyBinding("^L", [.control("l")], [.repaint], "Draw the screen anew."),
        KeyBinding("^Z", [.control("z")], [.suspend], "Stop the console; fg brings it back."),
        KeyBinding(
            "^C", [.control("c")], [.interrupt], "Leave prompt or box, else ask to quit; twice in a second quits."),
    ]
}
