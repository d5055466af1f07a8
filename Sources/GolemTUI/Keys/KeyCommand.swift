// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// What a key asks for.
package enum KeyCommand: Sendable, Equatable {
    /// Go to a view.
    case goTo(ViewID)
    /// Go to a view that this version does not have.
    case absentView(String)
    /// Give the focus to the next (1) or previous (-1) pane.
    case pane(Int)
    /// Move by rows or lines.
    case move(Int)
    /// Move by screens.
    case page(Int)
    /// Move by half screens.
    case halfPage(Int)
    /// Go to the first row.
    case first
    /// Go to the last row; in the log, resume following.
    case last
    /// Shift the columns.
    case shift(Int)
    /// Open the selected row.
    case open
    /// One step back.
    case back
    /// One step back, or ask to quit.
    case quit
    /// `^C`.
    case interrupt
    /// Show the help.
    case help
    /// Type a filter.
    case filter
    /// Type a text to find.
    case find
    /// Go to the next (1) or previous (-1) hit.
    case findNext(Int)
    /// Type a command.
    case commandLine
    /// Go to the next problem, worst first.
    case nextProblem
    /// Go to the next (1) or previous (-1) line of a level.
    case jump(LogLevel, Int)
    /// Open the trace of the selected row's request.
    case trace
    /// Sort by the next column.
    case sort
    /// Turn the order round.
    case reverse
    /// Freeze or thaw the view.
    case pause
    /// Follow the newest line.
    case follow
    /// Mark the selected row.
    case mark
    /// Cut long lines of texts, or let them go on below.
    case wrap
    /// Fold or unfold.
    case unfold
    /// Let the focused pane fill the body.
    case zoom
    /// Copy the selected row's main field.
    case copy
    /// Print the screen undecorated.
    case plainDump
    /// Save the view to a file.
    case save
    /// Ask for a fresh snapshot.
    case refresh
    /// Draw everything anew.
    case repaint
    /// Stop the console until it is continued.
    case suspend
    /// Go through the visited places.
    case history(Int)
    /// Go to the place before this one, and back.
    case lastPlace
    /// Show the log lines of the shown request.
    case requestLog
    /// Write a message into the chat.
    case writeMessage
    /// Approve the selected call.
    case approve
    /// Reject the selected call.
    case reject
    /// End the running turn of the chat.
    case cancelTurn
    /// Use a cooling model again.
    case clearCooldown
    /// Send messages again that were given up.
    case retryOutbound
    /// Drop messages that were given up.
    case dropOutbound
    /// Mute the selected problem, or show a muted one again.
    case mute
    /// Stop all tools, or let them run again.
    case stopTools
    /// Disable or enable the MCP server, or hide or show its selected tool.
    case switchServer
    /// Connect the MCP server anew.
    case reconnectServer
    /// Show the MCP server's standard error.
    case serverStderr
}

/// Where a key means something.
package enum KeyScope: Sendable, Equatable {
    /// Everywhere.
    case everywhere
    /// In one view.
    case view(ViewID)
    /// In one pane; wins over its view.
    case pane(PaneID)

    /// All places that have keys of their own, in the order of the reference.
    static let all: [KeyScope] = [.everywhere] + ViewID.allCases.map(KeyScope.view) + [.pane(.givenUp)]

    /// Its heading in the key reference.
    var title: String {
        switch self {
        case .everywhere: "Everywhere"
        case .view(let view): "\(view.rawValue) \(view.title)"
        case .pane: "1 Overview, messages that were given up (Enter or ! on their problem)"
        }
    }
}

/// A key, what it does, and how it is explained; dispatch, hints, help and the reference all come from here.
package struct KeyBinding: Sendable {
    /// The keys.
    package let keys: [Key]
    /// How the keys are written: `j k`, `^R`.
    package let label: String
    /// Where they mean this.
    package let scope: KeyScope
    /// What each key asks for, in the order of `keys`.
    package let commands: [KeyCommand]
    /// The words in the hint line.
    package let hint: String
    /// The sentence in help and reference.
    package let description: String
    /// The place in the hint line, lowest first; nil keeps it out.
    package let hintPriority: Int?
    /// Whether it changes something in the engine, after a question.
    package let isChange: Bool
    /// Why it cannot be used now; nil when it can.
    package let disabledReason: @Sendable (ConsoleState) -> String?

    init(
        _ label: String, _ keys: [Key], in scope: KeyScope = .everywhere, _ commands: [KeyCommand], hint: String = "",
        _ description: String, hintPriority: Int? = nil, isChange: Bool = false,
        disabled: @escaping @Sendable (ConsoleState) -> String? = { _ in nil }
    ) {
        self.label = label
        self.keys = keys
        self.scope = scope
        self.commands = commands
        self.hint = hint
        self.description = description
        self.hintPriority = hintPriority
        self.isChange = isChange
        disabledReason = { state in
            if isChange, let refusal = state.changeRefusal { return refusal }
            return disabled(state)
        }
    }

    /// What one of its keys asks for.
    func command(for key: Key) -> KeyCommand? {
        guard let index = keys.firstIndex(of: key) else { return nil }
        return commands.count == 1 ? commands[0] : commands[index]
    }
}
