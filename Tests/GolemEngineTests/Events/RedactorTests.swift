// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemTestSupport
import Testing

@Suite struct RedactorTests {
    @Test func `A secret is found however the text around it is made`() {
        let redactor = Redactor(secrets: ["s3cr3t-/\"x\\", "short", "longsecret", "longsecret-and-more"])
        #expect(redactor.redact("a s3cr3t-/\"x\\ b") == "a [redacted] b")
        #expect(redactor.redact(#"{"a":"s3cr3t-/\"x\\"}"#) == #"{"a":"[redacted]"}"#)
        #expect(redactor.redact(#"{"a":"s3cr3t-\/\"x\\"}"#) == #"{"a":"[redacted]"}"#)
        #expect(redactor.redact("?t=s3cr3t-%2F%22x%5C&") == "?t=[redacted]&")
        #expect(redactor.redact("longsecret\u{301}") == "[redacted]\u{301}", "a combining mark hides nothing")
        #expect(redactor.redact("longsecret-and-more!") == "[redacted]!", "the longest goes as a whole")
        #expect(redactor.redact("longsecretlongsecret") == "[redacted][redacted]")
        #expect(redactor.redact("short") == "short", "five bytes are no secret")
        #expect(Redactor().redact("longsecret") == "longsecret")
    }

    @Test(arguments: [1, 22, 333] as [UInt64])
    func `A stream in pieces is redacted like the whole text`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let secrets = ["ababab-key", "bab-keyring", "测绘密钥", "zzzzzz"]
        let redactor = Redactor(secrets: secrets)
        let pieces = secrets + ["a", "b", "-", "z", "测", "绘密", " plain ", "abab", "🗺️"]
        for _ in 0..<400 {
            let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            .joined()
            var stream = StreamRedactor(redactor)
            var out = ""
            var rest = text[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...5, using: &random))
                rest = rest.dropFirst(piece.count)
                out += stream.add(String(piece))
                for secret in secrets { #expect(!out.utf8.contains(secret.utf8), "seed \(seed)") }
            }
            out += stream.finish()
            #expect(out == redactor.redact(text), "seed \(seed), \(text)")
        }
    }
}
