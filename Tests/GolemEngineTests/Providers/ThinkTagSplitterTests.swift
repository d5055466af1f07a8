// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Testing

@testable import GolemEngine

@Suite struct ThinkTagSplitterTests {
    /// Text and thinking of a stream cut into pieces of one size.
    private func split(_ text: String, pieces size: Int) -> (text: String, thinking: String) {
        var splitter = ThinkTagSplitter()
        var rest = text[...]
        var deltas: [ModelDelta] = []
        while !rest.isEmpty {
            deltas += splitter.take(String(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        deltas += splitter.finish()
        return deltas.reduce(into: ("", "")) { result, delta in
            switch delta {
            case .text(let piece): result.0 += piece
            case .thinking(let piece): result.1 += piece
            }
        }
    }

    @Test(arguments: [
        ("hello", "hello", ""), ("<think>a b</think>\n\nhello", "hello", "a b"),
        ("\n<think>\nx</think>y", "y", "\nx"), ("<think></think>y", "y", ""),
        ("<thinking>y", "<thinking>y", ""), ("say <think>x</think>", "say <think>x</think>", ""),
        ("<think>a</think>b<think>c</think>", "b<think>c</think>", "a"), ("<think>a</thin", "", "a</thin"),
        ("<", "<", ""), ("<thi", "<thi", ""), ("<think>1 < 2 </ </t</think>z", "z", "1 < 2 </ </t"), ("  ", "", ""),
        ("  x", "  x", ""),
    ])
    func `A block at the beginning is thinking however it is cut`(input: String, text: String, thinking: String) {
        for size in 1...max(1, input.count) {
            let result = split(input, pieces: size)
            #expect(result.text == text)
            #expect(result.thinking == thinking)
        }
    }
}
