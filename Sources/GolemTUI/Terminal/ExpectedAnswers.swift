// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The answers that a terminal still owes: whoever gives the terminal back waits for them, or the shell gets them as keys.
struct ExpectedAnswers {
    /// What was asked.
    enum Question {
        case status
        case other
    }

    private static let leastPatience = Duration.milliseconds(250)
    private static let mostPatience = Duration.seconds(2)
    private static let limit = 64

    /// Oldest first.
    private var questions: [(question: Question, askedAt: ContinuousClock.Instant)] = []
    private var roundTrip = Duration.zero

    /// A question was sent.
    mutating func expect(_ question: Question) {
        if questions.count == Self.limit { questions.removeFirst() }
        questions.append((question, .now))
    }

    /// An answer came.
    ///
    /// Answers keep the order of the questions: one to a status query says that nothing comes for what was asked before it.
    mutating func receive(_ report: TerminalReport) {
        let question: Question = report == .status ? .status : .other
        guard let index = questions.firstIndex(where: { $0.question == question }) else { return }
        roundTrip = .now - questions[index].askedAt
        if question == .status { questions.removeSubrange(...index) } else { questions.remove(at: index) }
    }

    /// Milliseconds that the next answer is worth waiting for; nil when none comes any more.
    var patience: Int32? {
        guard let last = questions.last else { return nil }
        let whole = min(Self.mostPatience, max(Self.leastPatience, roundTrip * 2))
        let left = whole - (.now - last.askedAt)
        guard left > .zero else { return nil }
        return Int32(left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000) + 1
    }
}
