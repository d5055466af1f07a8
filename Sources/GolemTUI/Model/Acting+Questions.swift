// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Acting {
    /// Why the selected question cannot be answered now; whoever answers has read all of it.
    static func questionRefusal(_ state: ConsoleState) -> String? {
        guard let open = state.shownQuestion else { return "no question is open" }
        return questionRefusal(state, open.question)
    }

    private static func questionRefusal(_ state: ConsoleState, _ question: QuestionAsked) -> String? {
        guard question.expiresAt > state.engineTime else { return "question \(question.id) expired" }
        let isShown =
            state.view == .policy && state.shownQuestion?.question.askedAt == question.askedAt
            && showsAllArguments(state)
        guard state.readQuestions.contains(question.askedAt) || isShown else {
            return "read all of it first (\(state.view == .policy ? "" : "7, ")Enter, then to the end)"
        }
        return nil
    }

    /// What `A` opens: the form, or for a page the question whether it was opened.
    static func answerOverlay(_ state: ConsoleState) -> Overlay? {
        guard let question = state.shownQuestion?.question else { return nil }
        if question.url != nil || question.fields.isEmpty {
            return .confirm(answerBox(state, QuestionForm(question)))
        }
        return .form(QuestionForm(question))
    }

    /// The question before an answer is sent; Esc goes back to the form.
    static func answerBox(_ state: ConsoleState, _ form: QuestionForm) -> ConfirmBox {
        let answers = form.question.fields.indices.map { index in
            let text = form.shown(index)
            return ConfirmBox.Line(
                cut(form.question.fields[index].label, to: 9, utf8: false), text.isEmpty ? "(no answer)" : text)
        }
        var box = answerBox(state, form.question, answers, form.texts)
        if form.question.url == nil, !form.question.fields.isEmpty { box.back = form }
        return box
    }

    /// The question before what was typed as a command is sent.
    static func questionBox(
        _ state: ConsoleState, id: Int64, answer: QuestionAnswer
    ) -> Result<ConfirmBox, Refusal> {
        guard let question = state.engine?.questions[id]?.question else {
            return .failure(Refusal(reason: "question \(id) is not open"))
        }
        guard case .accept(var texts) = answer else { return .success(declineBox(state, question)) }
        if let reason = questionRefusal(state, question) { return .failure(Refusal(reason: reason)) }
        if let only = question.fields.first, question.fields.count == 1, let text = texts.removeValue(forKey: "") {
            texts[only.name] = text
        }
        do throws(QuestionField.Misfit) { _ = try question.fields.values(of: texts) } catch {
            return .failure(Refusal(reason: error.reason))
        }
        let answers = question.fields.map { field in
            let text = (texts[field.name] ?? field.preset ?? []).joined(separator: ", ")
            return ConfirmBox.Line(cut(field.label, to: 9, utf8: false), text.isEmpty ? "(no answer)" : text)
        }
        return .success(answerBox(state, question, answers, texts))
    }

    private static func answerBox(
        _ state: ConsoleState, _ question: QuestionAsked, _ answers: [ConfirmBox.Line], _ texts: [String: [String]]
    ) -> ConfirmBox {
        func send(_ answer: QuestionAnswer) -> ConfirmBox.Answer {
            .send(.answerQuestion(id: question.id, askedAt: question.askedAt, answer: answer))
        }
        var lines: [ConfirmBox.Line]
        if let url = question.url {
            lines = [
                ConfirmBox.Line("host", question.host ?? "unknown"), ConfirmBox.Line("page", url),
                ConfirmBox.Line(
                    "effect", "\(question.server) is told that you opened it; Golem opens nothing and sends nothing"),
            ]
        } else {
            lines =
                answers + [
                    ConfirmBox.Line("effect", "\(question.server) asked and gets this; Golem does not log or keep it")
                ]
        }
        lines += [
            ConfirmBox.Line("in use", waiting(question, state)),
            ConfirmBox.Line("undo", "none: the server has it then"),
        ]
        return box(
            question.url == nil ? "Answer \(question.server)?" : "Did you open the page for \(question.server)?", lines,
            [
                .init("y", question.url == nil ? "Send" : "I opened it", send(.accept(texts))),
                .init("d", "Decline", send(.decline)), .init("c", "Say nothing", send(.cancel)),
            ], state)
    }

    /// The question before a question is closed without an answer.
    static func declineBox(_ state: ConsoleState) -> ConfirmBox? {
        state.shownQuestion.map { declineBox(state, $0.question) }
    }

    private static func declineBox(_ state: ConsoleState, _ question: QuestionAsked) -> ConfirmBox {
        func send(_ answer: QuestionAnswer) -> ConfirmBox.Answer {
            .send(.answerQuestion(id: question.id, askedAt: question.askedAt, answer: answer))
        }
        let lines = [
            ConfirmBox.Line("says", cut(Format.oneLine(question.message), to: 160, utf8: false)),
            ConfirmBox.Line(
                "effect", "decline says no; say nothing leaves it open why: the server decides what follows"),
            ConfirmBox.Line("in use", waiting(question, state)),
            ConfirmBox.Line("undo", "none; the server may ask again"),
        ]
        return box(
            "Refuse question \(question.id) of \(question.server)?", lines,
            [.init("d", "Decline", send(.decline)), .init("c", "Say nothing", send(.cancel))], state)
    }

    private static func waiting(_ question: QuestionAsked, _ state: ConsoleState) -> String {
        let session = state.engine?.questions[question.id]?.session
        guard let tool = question.tool else { return "it is not known which call waits for it" }
        return "\(tool)" + (session.map { " of \($0)" } ?? "") + " waits for it"
    }
}

extension ConsoleState {
    /// The open question of an MCP server that is opened or selected.
    var shownQuestion: QuestionState? {
        guard view == .policy else { return nil }
        let id = location.path.first ?? selectedID(.pending)
        guard let id, id.first == "q" else { return nil }
        return Int64(id.dropFirst()).flatMap { shownEngine?.questions[$0] }
    }
}
