// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A pattern for text: `~` and a regular expression that is searched, or a glob (`*`, `?`) that must fit the whole.
///
/// Both compare Unicode scalars and take a time that is linear in the text, whatever the text is.
package struct TextPattern: Sendable, Equatable, CustomStringConvertible {
    /// Why a text is no pattern.
    package struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// A sentence.
        package let description: String
    }

    /// How many bytes of a text are looked at by a regular expression; a longer text cannot be judged.
    package static let expressionLimit = 16_384

    private let source: String
    private let expression: TextExpression?

    /// Reads a pattern.
    package init(_ text: String) throws(Failure) {
        source = text
        guard text.unicodeScalars.first == "~" else {
            expression = nil
            return
        }
        do {
            expression = try TextExpression(String(text.unicodeScalars.dropFirst()))
        } catch {
            throw Failure(description: "not a regular expression: \(error.message)")
        }
    }

    /// The pattern as it was written.
    package var description: String { source }

    /// Whether the pattern fits; nil when the text is too long to be judged.
    package func matches(_ text: String) -> Bool? {
        guard let expression else { return Self.glob(Array(source.unicodeScalars), Array(text.unicodeScalars)) }
        guard text.utf8.count <= Self.expressionLimit else { return nil }
        return expression.isFound(in: text.unicodeScalars)
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
