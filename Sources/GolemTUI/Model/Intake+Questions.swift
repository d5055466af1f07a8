// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Intake {
    static func cleanQuestion(_ kind: EventKind) -> EventKind {
        switch kind {
        case .questionAsked(let event): .questionAsked(clean(event))
        case .questionAnswered(let event): .questionAnswered(clean(event))
        case .questionExpired(let event): .questionExpired(clean(event))
        default: kind
        }
    }

    /// Names and values of fields go back to the server: the engine lets none through that cleaning would change.
    static func clean(_ question: QuestionAsked) -> QuestionAsked {
        var copy = question
        copy.server = line(question.server)
        copy.message = body(question.message)
        copy.url = question.url.map(line)
        copy.tool = question.tool.map(line)
        copy.callID = question.callID.map(line)
        copy.notified = question.notified.map(line)
        copy.fields = question.fields.map(clean)
        return copy
    }

    static func clean(_ closing: QuestionClosed) -> QuestionClosed {
        QuestionClosed(
            id: closing.id, server: line(closing.server), outcome: line(closing.outcome), by: line(closing.by),
            note: line(closing.note))
    }

    private static func clean(_ field: QuestionField) -> QuestionField {
        var copy = field
        copy.name = line(field.name)
        copy.title = line(field.title)
        copy.about = line(field.about)
        copy.preset = field.preset.map { $0.map(line) }
        switch field.kind {
        case .text(let format, let minimum, let maximum):
            copy.kind = .text(format: format.map(line), minimum: minimum, maximum: maximum)
        case .choice(let options): copy.kind = .choice(options.map(clean))
        case .choices(let options, let minimum, let maximum):
            copy.kind = .choices(options.map(clean), minimum: minimum, maximum: maximum)
        case .number, .flag: break
        }
        return copy
    }

    private static func clean(_ option: QuestionField.Option) -> QuestionField.Option {
        QuestionField.Option(line(option.value), title: line(option.title))
    }
}
