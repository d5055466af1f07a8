// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Testing

@testable import GolemEngine

@Suite struct TextExpressionTests {
    private func isFound(_ expression: String, _ text: String) throws -> Bool {
        try TextExpression(expression).isFound(in: text.unicodeScalars)
    }

    @Test(arguments: [
        ("abc", "xabcx", true), ("^abc$", "xabc", false), ("^abc$", "abc", true), ("a|b|", "", true),
        ("a.c", "a\nc", false),
        ("(?s)a.c", "a\nc", true), ("^a{2,3}$", "aa", true), ("^a{2,3}$", "aaaa", false), ("^a{2}$", "aaa", false),
        ("^a{,2}$", "aaa", false), ("^a{2,}$", "aaaaa", true), ("x{y", "x{y", true), ("^(ab|c)*$", "ababc", true),
        ("^(a*)*$", "aaab", false), ("[a-c]+$", "xcab", true), ("^[^a-c]$", "b", false), ("^[]x]$", "]", true),
        ("^[a\\-z]$", "b", false), ("^[\\w.-]$", "-", true), ("(?i)GIT", "git", true), ("(?i)[^a]", "A", false),
        ("a(?i:b)c", "aBc", true), ("a(?i:b)c", "aBC", false), ("\\brm\\b", "x; rm -r", true),
        ("\\brm\\b", "farm", false),
        ("\\Bm", "m", false), ("^\\d+$", "12", true), ("\\x41\\u0042\\u{43}", "ABC", true), ("[[:alpha:]]", "1", false),
        ("\\Qa.b\\E", "a.b", true), ("\\Qa.b\\E", "axb", false), ("(?<name>a)b", "ab", true), ("a+?b", "aab", true),
        ("^a$", "a\n", false), ("a\\Z", "a\n", true), ("a\\z", "a\n", false), ("(?m)^b$", "a\nb\nc", true),
        ("\\R", "\r", true),
        ("^[\\d-]+$", "1-2", true), ("^\\S+$", "a\u{A0}b", true), ("测[绘试]", "测试", true),
    ])
    func `Expressions find what Perl's find`(expression: String, text: String, expected: Bool) throws {
        #expect(try isFound(expression, text) == expected)
    }

    @Test(arguments: [
        ("(?=a)", "lookahead"), ("(?<!a)b", "lookbehind"), ("(a)\\1", "references"), ("a++", "possessive"),
        ("(", "without its )"),
        (")", "without its ("), ("[a", "without its ]"), ("*a", "nothing to repeat"),
        ("a**", "repetition of a repetition"),
        ("a{3,2}", "no repetition"), ("\\p{L}", "ASCII only"), ("[z-a]", "backwards"), ("\\y", "not known"),
        ("((a{1000}){1000}){1000}", "too large"), ("((){1000}){1000}", "too large"),
        ("[a[b]]", "classes within classes"),
    ])
    func `What is not understood is named`(expression: String, reason: String) {
        let error = #expect(throws: TextExpression.Failure.self) { try TextExpression(expression) }
        #expect(error?.message.contains(reason) == true)
    }

    /// Each text is a single character to readers, and two or more scalars to a shell.
    @Test func `Scalars are compared: nothing hides the sign beside it`() throws {
        let allow = "^git (status|log)( [\\w./-]+)*$"
        #expect(try isFound(allow, "git log src/a.swift"))
        #expect(try !isFound(allow, "git log \u{D4E};touch x"))
        #expect(try !isFound(allow, "git log a\u{301}"))
        #expect(try !isFound(allow, "git log é"))
        #expect(try isFound(";", "git log \u{D4E};touch x"))
        #expect(try isFound(";", "git log ;\u{301}touch x"))
        #expect(try isFound("\\n", "git log\r\ntouch x"))
        #expect(try isFound("[;\\n]", "git log\r\ntouch x"))
    }

    @Test func `A text that makes others go back and back is judged in one pass`() throws {
        let pipes = String(repeating: "curl |", count: 2_700)
        #expect(try !isFound("curl.*\\|.*sh$", pipes))
        let letters = String(repeating: "a", count: 16_000)
        #expect(try !isFound("^(a+)+$", letters + "b"))
        #expect(try !isFound("(a|aa|a*b)*c", letters))
        #expect(try !isFound("\\w+[;|]", letters))
    }
}
