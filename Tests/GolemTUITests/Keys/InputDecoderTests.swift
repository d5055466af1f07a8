// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct InputDecoderTests {
    private func keys(_ text: String) -> [Key] {
        var decoder = InputDecoder()
        return (decoder.feed(Array(text.utf8)) + decoder.expire()).compactMap {
            if case .key(let press) = $0 { press.key } else { nil }
        }
    }

    @Test(arguments: [
        ("\u{1B}[A", Key.up), ("\u{1B}OA", .up), ("\u{1B}[1;5B", .down), ("\u{1B}[C", .right), ("\u{1B}OD", .left),
        ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown), ("\u{1B}[H", .home), ("\u{1B}OH", .home),
        ("\u{1B}[1~", .home),
        ("\u{1B}[7~", .home), ("\u{1B}[F", .end), ("\u{1B}[4~", .end), ("\u{1B}[8~", .end), ("\u{1B}[3~", .delete),
        ("\u{1B}[2~", .insert), ("\u{1B}[Z", .backTab), ("\u{1B}OP", .function(1)), ("\u{1B}[[A", .function(1)),
        ("\u{1B}[11~", .function(1)), ("\u{1B}[15~", .function(5)), ("\u{1B}[[E", .function(5)),
        ("\u{1B}[17~", .function(6)),
        ("\u{1B}[21~", .function(10)), ("\u{1B}[24~", .function(12)), ("\u{1B}[1;2P", .function(1)), ("\r", .enter),
        ("\n", .enter), ("\u{1B}OM", .enter), ("\t", .tab), ("\u{7F}", .backspace), ("\u{08}", .backspace),
        ("\u{1B}", .escape), ("\u{03}", .control("c")), ("\u{11}", .control("q")), ("\u{13}", .control("s")),
        ("\u{1A}", .control("z")), ("\u{00}", .control("@")), ("\u{1C}", .control("\\")), ("\u{1D}", .control("]")),
        ("é", .character("é")), ("日", .character("日")), ("👍", .character("👍")), ("\u{1B}[27;5;99~", .control("c")),
        ("\u{1B}[99;5u", .control("c")), ("\u{1B}[27u", .escape), ("\u{1B}[97;1:1u", .character("a")),
        ("\u{1B}[9;2u", .backTab),
    ])
    func `Each way to send a key gives that key`(bytes: String, key: Key) {
        #expect(keys(bytes) == [key])
    }

    @Test func `A burst is many keys`() {
        #expect(
            keys("jjk\u{1B}[B\u{1B}[Bq") == [
                .character("j"), .character("j"), .character("k"), .down, .down, .character("q"),
            ])
    }

    @Test func `Escape typed ahead stays escape`() {
        #expect(keys("\u{1B}q") == [.escape, .character("q")])
        #expect(keys("\u{1B}\u{1B}") == [.escape, .escape])
        #expect(keys("\u{1B}\u{1B}[A") == [.escape, .up])
        #expect(keys("\u{1B}Xj") == [.escape, .character("X"), .character("j")])
        #expect(keys("\u{1B}]") == [.escape, .character("]")])
        #expect(keys("\u{1B}[") == [.escape, .character("[")])
        #expect(keys("\u{1B}X\r") == [.escape, .character("X"), .enter])
        #expect(keys("\u{1B}X\u{1B}") == [.escape, .character("X"), .escape])
        #expect(keys("\u{1B}日") == [.escape, .character("日")])
    }

    @Test func `Answers of the terminal are not keys`() {
        var decoder = InputDecoder()
        let answers =
            "\u{1B}[0n\u{1B}[?2026;2$y\u{1B}]11;rgb:1/2/3\u{1B}\\\u{1B}[?62;22c\u{1B}P>|XTerm(370)\u{1B}\\\u{1B}[12;40R"
        let output = decoder.feed(Array(answers.utf8))
        #expect(
            output == [
                .report(.status), .report(.mode(2026, 2)), .report(.other), .report(.other), .report(.other),
                .report(.other),
            ])
        #expect(decoder.waiting == nil)
        #expect(keys("\u{1B}[<0;10;10mx") == [.character("x")])
        #expect(keys("\u{1B}[M !!x") == [.character("x")])
        #expect(keys("\u{1B}[I\u{1B}[Ox") == [.character("x")])
        #expect(keys("\u{1B}[97;1:3ux") == [.character("x")])
    }

    @Test func `Pasted text is one key without control characters`() {
        #expect(keys("\u{1B}[200~a\r\nb\u{1B}[31m\tA\u{1B}[201~D") == [.paste("a\nb[31m\tA"), .character("D")])
        #expect(keys("\u{1B}[200~unfinished") == [.paste("unfinished")])
        #expect(keys("\u{1B}[200~\u{1B}[20\u{1B}[201~") == [.paste("[20")])
    }

    @Test func `An answer in the middle of a paste is an answer and no text`() {
        var decoder = InputDecoder()
        let output = decoder.feed(Array("\u{1B}[200~be\u{1B}[0nfore\u{1B}[0\u{1B}[0n\u{1B}\u{1B}[201~q".utf8))
        #expect(
            output == [
                .report(.status), .report(.status), .key(KeyPress(.paste("before[0"))),
                .key(KeyPress(.character("q"))),
            ])
    }

    @Test func `An answer behind an escape typed just before is an answer`() {
        var decoder = InputDecoder()
        var output = decoder.feed([0x1B])
        #expect(output.isEmpty)
        output = decoder.feed(Array("\u{1B}[".utf8)) + decoder.feed(Array("0nj".utf8))
        #expect(output == [.key(KeyPress(.escape)), .report(.status), .key(KeyPress(.character("j")))])
    }

    @Test func `A paste is bounded and its end is still found`() {
        let long = String(repeating: "x", count: InputDecoder.pasteLimit + 5000)
        let result = keys("\u{1B}[200~" + long + "\u{1B}[201~q")
        #expect(result.count == 2)
        #expect(result.last == .character("q"))
        if case .paste(let text) = result[0] { #expect(text.utf8.count == InputDecoder.pasteLimit) }
    }

    @Test func `Broken input is dropped and the next key arrives`() {
        var decoder = InputDecoder()
        #expect(
            decoder.feed([0xFF, 0xC3, 0x41, 0xE2, 0x82, 0x80, 0xED, 0xA0, 0x80, 0xC2, 0x9B, 0x62]).compactMap {
                $0.text
            }.last == "b")
        #expect(keys("\u{1B}[12\u{03}") == [.control("c")])
        #expect(keys("\u{1B}[" + String(repeating: "1;", count: 5000) + "Aq").last == .character("q"))
    }

    @Test(arguments: propertySeeds)
    func `Any cutting of the stream gives the same keys`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "\u{1B}", "[", "O", "A", "1;5", "~", "200~", "201~", "\u{1B}[200~", "\u{1B}[201~", "\u{1B}[A", "\u{1B}OP",
            "\u{1B}[M",
            "]11;", "\u{07}", "\u{1B}\\", "P", "X", "q", "日本", "👍🏽", "\r", "\u{03}", "\u{1B}[?2026;2$y", "\u{1B}[[C",
            "\u{1B}[0n",
        ]
        for _ in 0..<50 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                if Int.random(in: 0..<6, using: &random) == 0 {
                    bytes.append(UInt8.random(in: 0...255, using: &random))
                } else {
                    bytes += Array((pieces.randomElement(using: &random) ?? "").utf8)
                }
            }
            var whole = InputDecoder()
            let expected = whole.feed(bytes) + whole.expire()
            #expect(whole.waiting == nil || whole.waiting == .sequence)
            var cutUp = InputDecoder()
            var result: [InputDecoder.Output] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...min(5, rest.count), using: &random)
                result += cutUp.feed(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            result += cutUp.expire()
            #expect(result == expected, "\(bytes)")
        }
    }
}

extension InputDecoder.Output {
    /// The printable character, if it is one.
    var text: String? {
        if case .key(let press) = self, case .character(let character) = press.key { String(character) } else { nil }
    }
}
