// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Testing

/// What people may answer to a question of an MCP server.
@Suite struct QuestionFieldTests {
    private func value(_ kind: QuestionField.Kind, _ texts: String..., required: Bool = true) -> QuestionField.Value? {
        try? QuestionField(name: "a", kind: kind, isRequired: required).value(of: texts)
    }

    @Test(arguments: [
        ("email", "ada@example.org", true), ("email", "ada", false), ("email", "a@b@c", false),
        ("email", "a b@c.d", false), ("email", "a@.c", false),
        ("uri", "https://example.org/x?y#z", true), ("uri", "mailto:ada@example.org", true), ("uri", "example", false),
        ("uri", "https://a b", false), ("uri", ":x", false),
        ("date", "2028-02-29", true), ("date", "2026-02-29", false), ("date", "2026-13-01", false),
        ("date", "26-01-01", false), ("date", "2026-1-1", false),
        ("date-time", "2026-07-28T09:00:00Z", true), ("date-time", "2026-07-28T09:00:00.25+02:00", true),
        ("date-time", "2026-07-28 09:00:00Z", false), ("date-time", "2026-07-28T25:00:00Z", false),
        ("date-time", "2026-07-28T09:00:00", false), ("date-time", "2026-07-28T09:00Z", false),
    ])
    func `Formats of text are checked`(format: String, text: String, fits: Bool) {
        let found = value(.text(format: format, minimum: nil, maximum: nil), text)
        #expect(found == (fits ? .text(text) : nil))
    }

    @Test func `Lengths count characters as the schema does, not bytes`() {
        let kind = QuestionField.Kind.text(format: nil, minimum: 2, maximum: 3)
        #expect(value(kind, "测绘") == .text("测绘"))
        #expect(value(kind, "a") == nil)
        #expect(value(kind, "abcd") == nil)
    }

    @Test func `Numbers keep all their digits and their bounds`() {
        let whole = QuestionField.Kind.number(isWhole: true, minimum: 0, maximum: nil)
        #expect(value(whole, "9007199254740993") == .whole(9_007_199_254_740_993))
        #expect(value(whole, "3.0") == .whole(3))
        #expect(value(whole, "-1") == nil)
        #expect(value(whole, "2.5") == nil)
        let any = QuestionField.Kind.number(isWhole: false, minimum: nil, maximum: 10)
        #expect(value(any, "2.5") == .number(2.5))
        #expect(value(any, "1e1") == .whole(10))
        for bad in ["10.1", "nan", "inf", "0x10", "1 0", "", "1e999"] { #expect(value(any, bad) == nil, "\(bad)") }
    }

    @Test func `Yes and no are understood, anything else is not`() {
        for text in ["yes", "Y", "true", "1", "on"] { #expect(value(.flag, text) == .flag(true)) }
        for text in ["no", "N", "FALSE", "0", "off"] { #expect(value(.flag, text) == .flag(false)) }
        #expect(value(.flag, "maybe") == nil)
    }

    @Test func `Options are named by value or title, several of them with commas or one by one`() {
        let options = [
            QuestionField.Option("r", title: "Red"), QuestionField.Option("g", title: "Green"),
            QuestionField.Option("b,w", title: "Both"),
        ]
        #expect(value(.choice(options), "r") == .text("r"))
        #expect(value(.choice(options), "green") == .text("g"))
        #expect(value(.choice(options), "blue") == nil)
        let several = QuestionField.Kind.choices(options, minimum: 1, maximum: 2)
        #expect(value(several, "r, Green") == .list(["r", "g"]))
        #expect(value(several, "r", "g", "r") == .list(["r", "g"]))
        #expect(value(several, "b,w") == .list(["b,w"]))
        #expect(value(several, "r", "g", "b,w") == nil)
        #expect(value(several, "") == nil)
        #expect(value(.choices(options, minimum: nil, maximum: nil), "") == .list([]))
    }

    @Test func `What is not said takes the preset, what is emptied is left out`() throws {
        let field = QuestionField(
            name: "a", kind: .text(format: nil, minimum: nil, maximum: nil), isRequired: true, preset: ["x"])
        #expect(try field.value(of: nil) == .text("x"))
        #expect(throws: QuestionField.Misfit.self) { try field.value(of: [""]) }
        var optional = field
        optional.isRequired = false
        #expect(try optional.value(of: [""]) == nil)
    }

    @Test func `A form says which field is wrong and why, and never what was typed`() throws {
        let fields = [
            QuestionField(name: "age", kind: .number(isWhole: true, minimum: 1, maximum: 9), isRequired: true),
            QuestionField(name: "name", kind: .text(format: nil, minimum: nil, maximum: nil)),
        ]
        #expect(try fields.values(of: ["age": ["3"]]) == ["age": .whole(3)])
        func reason(_ texts: [String: [String]]) -> String {
            do throws(QuestionField.Misfit) {
                _ = try fields.values(of: texts)
                return ""
            } catch { return error.reason }
        }
        #expect(reason(["age": ["hunter2"]]) == "age: it must be a whole number, 1 to 9")
        #expect(reason([:]) == "age: it must be answered: a whole number, 1 to 9")
        #expect(reason(["age": ["1"], "shoe": ["44"]]) == "there is no field shoe; there are: age, name")
    }

    @Test func `Words of a command line become answers`() {
        #expect(QuestionAnswer.texts(["a=1", "b=x=y", "a=2", "c="]) == ["a": ["1", "2"], "b": ["x=y"], "c": [""]])
        #expect(QuestionAnswer.texts(["dark", "red"]) == ["": ["dark red"]])
    }

    @Test func `The command line of an answer shows fields and no values`() {
        let answer = Command.Action.answerQuestion(
            id: 3, askedAt: nil, answer: .accept(["colour": ["crimson"], "size": ["9"]]))
        #expect(answer.commandLine == "golem mcp answer 3 colour=… size=…")
        #expect(answer.loggedCommandLine == answer.commandLine)
    }

    @Test(arguments: [
        ("https://login.example/a?b", "login.example"), ("http://user:pw@Evil.example:81/x", "evil.example"),
        ("https://good.example@evil.example/", "evil.example"), ("https://evil.example\\@good.example", "evil.example"),
        ("https://[2001:db8::1]:443/", "[2001:db8::1]"), ("https://evil.example#@good.example", "evil.example"),
    ])
    func `The host of a page is what a browser would go to`(url: String, host: String) {
        #expect(QuestionAsked.host(of: url) == host)
    }

    @Test(arguments: ["mailto:a@b", "https:///x", "x"]) func `What has no host has none`(url: String) {
        #expect(QuestionAsked.host(of: url) == nil)
    }
}
