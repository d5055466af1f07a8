// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

/// Answering questions of MCP servers from the console.
@Suite struct QuestionActingTests {
    private static let asked = SampleEvents.withQuestions().state.questions[3]?.question.askedAt

    /// A console at a question, which has been read.
    private func console(at id: Int, size: Size = Size(columns: 80, rows: 24)) -> Operator {
        var console = Operator(.withQuestions(), size: size)
        console.type("7")
        console.type(String(repeating: "k", count: 9))
        while console.state.selectedID(.pending) != "q\(id)" {
            let before = console.state.selectedID(.pending)
            console.type("j")
            if console.state.selectedID(.pending) == before { break }
        }
        #expect(console.state.selectedID(.pending) == "q\(id)")
        console.press(.enter)
        console.press(.end)
        console.press(.escape)
        return console
    }

    private var answer: Command.Action {
        .answerQuestion(
            id: 3, askedAt: Self.asked,
            answer: .accept([
                "city": ["Zürich"], "crs": ["EPSG:4326"], "layers": ["roads", "water"], "buffer": ["25"],
                "overwrite": ["no"],
            ]))
    }

    @Test func `A form is filled in field by field, shown whole, and sent after a question`() {
        var console = console(at: 3)
        console.type("A")
        console.type("Zürich")
        console.press(.enter)
        console.type("j")
        console.press(.enter)
        console.type(" jj ")
        console.press(.enter, .control("u"))
        console.type("25")
        console.press(.enter, .enter)
        #expect(console.commands.isEmpty)
        #expect(console.text.contains("Answer osm?"))
        #expect(console.text.contains("WGS 84"))
        #expect(console.text.contains("roads, water"))
        console.arm()
        console.type("y")
        #expect(console.commands.map(\.action) == [answer])
        #expect(console.row(23).contains("golem mcp answer 3 buffer=… city=… crs=… layers=… overwrite=…"))
        #expect(!console.row(23).contains("25"))
    }

    @Test func `What does not fit is refused at once, with the reason and what was typed`() {
        var console = console(at: 3)
        console.type("AZ")
        console.press(.enter)
        #expect(console.text.contains("it must be text, 2 to 40 characters"))
        #expect(console.text.contains("City: Z"))
        console.type("ug")
        #expect(!console.text.contains("it must be"))
        console.press(.enter)
        #expect(console.text.contains("field 2 of 5"))
        console.press(.enter, .enter, .control("u"))
        console.type("501")
        console.press(.enter)
        #expect(console.text.contains("it must be a whole number, 0 to 500"))
        // Going elsewhere is allowed; sending is not.
        console.press(.tab, .enter)
        #expect(console.text.contains("it must be a whole number, 0 to 500"))
        #expect(console.commands.isEmpty)
    }

    @Test func `Esc in the last question goes back to the form, and in the form leaves the question open`() {
        var console = console(at: 3)
        console.type("AUlm")
        console.press(.enter, .enter, .enter, .enter, .enter)
        #expect(console.text.contains("Answer osm?"))
        console.press(.escape)
        guard case .form(let form)? = console.state.overlay else {
            Issue.record("the form is gone")
            return
        }
        #expect(form.texts["city"] == ["Ulm"])
        console.press(.escape)
        #expect(console.state.overlay == nil)
        #expect(console.row(23).contains("question 3 still waits"))
        #expect(console.commands.isEmpty)
    }

    @Test(arguments: [("d", QuestionAnswer.decline), ("c", .cancel)])
    func `A question is refused with X`(key: String, said: QuestionAnswer) {
        var console = console(at: 3)
        console.type("X")
        console.arm()
        console.type(key)
        #expect(console.commands.map(\.action) == [.answerQuestion(id: 3, askedAt: Self.asked, answer: said)])
    }

    @Test func `A page is shown with its host, copied by y, and never opened`() {
        var console = console(at: 4)
        #expect(console.text.contains("calendar, not Golem"))
        #expect(console.text.contains("host      login.example"))
        console.type("y")
        #expect(console.effects.contains(.copy("https://login.example/oauth?client=golem&state=x1")))
        console.type("A")
        #expect(console.text.contains("Did you open the page for calendar?"))
        #expect(console.text.contains("login.example"))
        console.arm()
        console.type("y")
        let asked = console.state.engine?.questions[4]?.question.askedAt
        #expect(
            console.commands.map(\.action) == [.answerQuestion(id: 4, askedAt: asked, answer: .accept([:]))])
    }

    @Test func `Who has not read all of a question cannot answer it`() {
        var console = Operator(.withQuestions(), size: Size(columns: 60, rows: 15))
        console.type("7jjjj")
        while console.state.shownQuestion == nil { console.type("k") }
        console.type("A")
        #expect(console.state.overlay == nil)
        #expect(console.text.contains("read all of it first"))
    }

    @Test func `The worst problem leads to the question`() {
        var console = Operator(.withQuestions())
        var seen: [String] = []
        while console.state.shownQuestion?.question.id != 4, seen.count < console.state.problems.count {
            console.type("!")
            seen.append(console.state.visitedProblem?.name ?? "")
        }
        #expect(seen.last == "question 4", "\(seen)")
        #expect(console.state.view == .policy)
        #expect(console.state.shownQuestion?.question.id == 4)
    }

    @Test func `A closed question says so in its form`() {
        var sample = SampleEvents.withQuestions()
        var console = console(at: 3)
        console.type("AUlm")
        sample.add(
            .questionExpired(QuestionClosed(id: 3, server: "osm", outcome: "expired", by: "system", note: "")),
            secondsAgo: 0)
        console.hear(.events([sample.events[sample.events.count - 1]]))
        #expect(console.text.contains("this question is closed"))
    }

    @Test(arguments: [
        ("mcp answer 3 city=Ulm crs=EPSG:4326 layers=roads,water", true), ("mcp answer q3 --decline", true),
        ("mcp answer 3 --cancel", true), ("mcp answer 3 city=U", false), ("mcp answer 9 --cancel", false),
        ("mcp answer x", false),
    ])
    func `A typed answer is asked back`(line: String, isAsked: Bool) {
        var console = console(at: 3)
        console.type(":\(line)")
        console.press(.enter)
        if case .confirm? = console.state.overlay {
            #expect(isAsked)
        } else {
            #expect(!isAsked, "\(console.row(23))")
        }
        #expect(console.commands.isEmpty)
    }

    @Test func `The lists`() {
        var console = Operator(.withQuestions())
        console.type("7jj")
        GoldenScreen.check("questions", console.state)
    }

    @Test func `The form`() {
        var console = console(at: 3)
        console.type("AZürich")
        console.press(.enter)
        console.type("j")
        GoldenScreen.check("question-form", console.state)
    }

    @Test func `The last question before an answer is sent`() {
        var console = console(at: 3)
        console.type("AZürich")
        console.press(.enter, .enter, .enter, .enter, .enter)
        console.arm()
        GoldenScreen.check("question-send", console.state, sizes: [Size(columns: 80, rows: 24)])
    }

    @Test func `The page`() {
        var console = console(at: 4)
        console.type("A")
        console.arm()
        GoldenScreen.check("question-page", console.state, sizes: [Size(columns: 80, rows: 24)])
    }

    @Test func `The progress of a call at its server`() {
        var console = Operator(.withQuestions())
        console.type("6")
        while console.state.shownServer?.name != "docs" { console.type("j") }
        #expect(console.text.contains("reading chapter 3 (3 of 10)"))
        #expect(console.text.contains("4s ago"))
        console.type("2")
        while console.state.shownChat?.session != "telegram:88123" { console.type("j") }
        #expect(console.text.contains("reading chapter 3 (3 of 10)"))
    }

    @Test(arguments: 0..<6) func `Random keys in a form never trap, and enough Esc leaves it`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var console = console(at: 3)
        console.type("A")
        let keys: [Key] = [
            .enter, .tab, .backTab, .up, .down, .home, .end, .character(" "), .character("j"), .character("测"),
            .backspace, .left, .paste("a\nb"), .control("u"), .delete,
        ]
        for _ in 0..<300 {
            console.press(keys.randomElement(using: &random) ?? .enter)
            console.act(
                .resized(
                    Size(columns: Int.random(in: 1...140, using: &random), rows: Int.random(in: 1...50, using: &random))
                ))
            _ = console.picture
            if console.state.overlay == nil { console.type("A") }
        }
        for _ in 0..<9 { console.press(.escape) }
        #expect(console.state.overlay == nil)
    }
}
