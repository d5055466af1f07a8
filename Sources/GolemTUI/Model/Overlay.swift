// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// What lies above the view and takes the keys.
package enum Overlay: Sendable, Equatable {
    /// A line that is being typed.
    case prompt(Prompt)
    /// A question that must be answered.
    case confirm(ConfirmBox)
    /// The help.
    case help(HelpState)
    /// The form of an MCP server's question.
    case form(QuestionForm)
}

/// The help overlay.
package struct HelpState: Sendable, Equatable {
    /// Only keys with this in their line are shown.
    package var search = LineEditor()
    /// The first shown line.
    package var top = 0

    /// Makes the help at its beginning.
    package init() {}
}

/// A line that is being typed at the bottom of the screen.
package struct Prompt: Sendable, Equatable {
    /// What the line is for.
    package enum Kind: Sendable, Equatable {
        /// A filter; `previous` comes back on Esc.
        case filter(previous: Filter)
        /// A text to find; `previous` comes back on Esc.
        case find(previous: String)
        /// A command.
        case command
        /// A message into a chat.
        case message(session: String)
        /// A note that the model reads with a rejection.
        case note(approvals: [Int64])
        /// Why a problem is muted; `subject` is its name.
        case muteReason(subject: String)
    }

    /// What it is for.
    package var kind: Kind
    /// The line.
    package var editor: LineEditor
    /// What is wrong with the line, in a few words.
    package var error: String?
    /// The place in the history, counted from the newest; nil for the line itself.
    package var historyIndex: Int?
    /// What `Tab` offers for the last word.
    package var completions: [String] = []

    /// Whether what is typed may have several lines.
    var takesLines: Bool {
        if case .message = kind { true } else { false }
    }

    /// Makes a prompt.
    package init(kind: Kind, text: String = "") {
        self.kind = kind
        editor = LineEditor(text)
    }
}

/// A question before something is changed.
///
/// Its default is always Cancel.
package struct ConfirmBox: Sendable, Equatable {
    /// The shortest time between the opening and an answer.
    static let armingDelay = Duration.milliseconds(300)

    /// A line of the box.
    package struct Line: Sendable, Equatable {
        /// A short label, such as `effect`.
        package var label: String
        /// The text; wrapped, never cut.
        package var text: String

        /// Whether it warns of something.
        package var isWarning: Bool

        /// Makes a line.
        package init(_ label: String, _ text: String, isWarning: Bool = false) {
            self.label = label
            self.text = text
            self.isWarning = isWarning
        }
    }

    /// What a button does.
    package enum Answer: Sendable, Equatable {
        /// Sends a command.
        case send(Command.Action)
        /// Sends several commands.
        case sendAll([Command.Action])
        /// Ends the console.
        case quit(QuitChoice)
        /// Sends the command only after the object's name was typed.
        case typed(Command.Action)
        /// Saves what is shown.
        case save(SaveFormat)
    }

    /// A button besides Cancel.
    package struct Button: Sendable, Equatable {
        /// The key that presses it.
        package var key: Character
        /// What stands on it.
        package var label: String
        /// What it does.
        package var answer: Answer

        /// Makes a button.
        package init(_ key: Character, _ label: String, _ answer: Answer) {
            self.key = key
            self.label = label
            self.answer = answer
        }
    }

    /// The question.
    package var title: String
    /// Object, effect, users, undo, persistence.
    package var lines: [Line]
    /// The buttons besides Cancel.
    package var buttons: [Button]
    /// When it was opened, in monotonic time.
    package var openedAt: Duration
    /// Whether the terminal answered since: keys typed before the box have all arrived.
    package var isRoundTripDone = false
    /// Keys that were dropped because they came too early.
    package var droppedKeys = 0
    /// A word that must be typed before a button works; nil when none must.
    package var requiredWord: String?
    /// The word so far.
    package var typed = LineEditor()
    /// The form that Esc goes back to; nil when it cancels.
    package var back: QuestionForm?
    /// The position that the operator saw.
    package var seenSeq: UInt64?
    /// Whether the engine must be reachable for the answer to make sense.
    package var needsLink = true

    /// Makes a box; the accept keys work only after ``armingDelay`` and a round trip.
    package init(title: String, lines: [Line], buttons: [Button], openedAt: Duration, seenSeq: UInt64?) {
        self.title = title
        self.lines = lines
        self.buttons = buttons
        self.openedAt = openedAt
        self.seenSeq = seenSeq
    }

    /// Whether an accept key works now.
    func isArmed(at now: Duration) -> Bool { isRoundTripDone && now - openedAt >= Self.armingDelay }
}
