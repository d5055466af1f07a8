// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Takes the `<think>` block off the beginning of a streamed text.
///
/// Some servers leave a model's thinking in the answer. Only a block at the very beginning counts: an answer may well
/// speak about the tag.
struct ThinkTagSplitter: Sendable {
    private enum State {
        case undecided
        case thinking
        case afterThinking
        case text
    }

    private static let opening = "<think>"
    private static let closing = "</think>"

    private var state = State.undecided
    private var held = ""

    /// Takes the next piece and returns what can be told of it.
    mutating func take(_ piece: String) -> [ModelDelta] {
        if case .text = state { return piece.isEmpty ? [] : [.text(piece)] }
        held += piece
        var deltas: [ModelDelta] = []
        while step(&deltas) {}
        return deltas
    }

    /// What is still held back when the text has ended.
    mutating func finish() -> [ModelDelta] {
        defer { held = "" }
        guard !held.isEmpty else { return [] }
        switch state {
        case .thinking: return [.thinking(held)]
        case .undecided, .afterThinking, .text: return held.allSatisfy(\.isWhitespace) ? [] : [.text(held)]
        }
    }

    /// Moves on with what is held; false when more input is needed.
    private mutating func step(_ deltas: inout [ModelDelta]) -> Bool {
        switch state {
        case .undecided:
            let start = held.drop(while: \.isWhitespace)
            if start.hasPrefix(ThinkTagSplitter.opening) {
                held = String(start.dropFirst(ThinkTagSplitter.opening.count))
                state = .thinking
                return true
            }
            guard !ThinkTagSplitter.opening.hasPrefix(start) else { return false }
            state = .text
            deltas.append(.text(held))
            held = ""
            return false
        case .thinking:
            if let end = held.firstRange(of: ThinkTagSplitter.closing) {
                if end.lowerBound > held.startIndex { deltas.append(.thinking(String(held[..<end.lowerBound]))) }
                held = String(held[end.upperBound...])
                state = .afterThinking
                return true
            }
            // The end may be the beginning of the closing tag.
            var kept = min(held.count, ThinkTagSplitter.closing.count - 1)
            while kept > 0, !ThinkTagSplitter.closing.hasPrefix(held.suffix(kept)) { kept -= 1 }
            let told = held.dropLast(kept)
            if !told.isEmpty { deltas.append(.thinking(String(told))) }
            held = String(held.suffix(kept))
            return false
        case .afterThinking:
            held = String(held.drop(while: \.isWhitespace))
            guard !held.isEmpty else { return false }
            state = .text
            deltas.append(.text(held))
            held = ""
            return false
        case .text: return false
        }
    }
}
