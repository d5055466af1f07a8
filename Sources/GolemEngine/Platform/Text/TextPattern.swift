// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// A pattern for text: `~` and a regular expression that is searched, or a glob (`*`, `?`) that must fit the whole.
package struct TextPattern: Sendable, Equatable, CustomStringConvertible {
    /// Why a text is no pattern.
    package struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// A sentence.
        package let description: String
    }

    /// How many bytes of a text are looked at by a regular expression; a longer text cannot be judged.
    package static let expressionLimit = 16_384

    private let source: String
    private let expression: LockedExpression?

    /// Reads a pattern.
    package init(_ text: String) throws(Failure) {
        source = text
        guard text.hasPrefix("~") else {
            expression = nil
            return
        }
        do {
            expression = try LockedExpression(String(text.dropFirst()))
        } catch {
            throw Failure(description: "not a regular expression: \(error)")
        }
    }

    /// The pattern as it was written.
    package var description: String { source }

    /// Whether the pattern fits; nil when the text is too long to be judged.
    package func matches(_ text: String) -> Bool? {
        guard let expression else { return Self.glob(Array(source.unicodeScalars), Array(text.unicodeScalars)) }
        guard text.utf8.count <= Self.expressionLimit else { return nil }
        return expression.matches(text)
    }

    package static func == (lhs: TextPattern, rhs: TextPattern) -> Bool { lhs.source == rhs.source }

    /// Linear in the length of both, times the stars at worst: it goes back to the last star only.
    static func glob(_ pattern: [Unicode.Scalar], _ text: [Unicode.Scalar]) -> Bool {
        var patternIndex = 0
        var textIndex = 0
        var star: (pattern: Int, text: Int)?
        while textIndex < text.count {
            if patternIndex < pattern.count, pattern[patternIndex] == "*" {
                star = (patternIndex, textIndex)
                patternIndex += 1
            } else if patternIndex < pattern.count,
                pattern[patternIndex] == "?" || pattern[patternIndex] == text[textIndex]
            {
                patternIndex += 1
                textIndex += 1
            } else if let last = star {
                patternIndex = last.pattern + 1
                textIndex = last.text + 1
                star = (last.pattern, last.text + 1)
            } else {
                return false
            }
        }
        return pattern[patternIndex...].allSatisfy { $0 == "*" }
    }
}

/// A regular expression that several tasks use, one at a time.
private final class LockedExpression: Sendable {
    private let expression: Mutex<Regex<AnyRegexOutput>>

    init(_ text: String) throws {
        expression = Mutex(try Regex(text))
    }

    func matches(_ text: String) -> Bool { expression.withLock { text.firstMatch(of: $0) != nil } }
}
