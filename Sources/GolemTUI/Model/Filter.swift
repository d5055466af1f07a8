// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Which rows of a list are shown.
///
/// Plain words (smart case), `!word` inverts, `~pattern` is a regular expression, `key:value` looks in one column; several are
/// joined by spaces and must all hold. A `~` takes the rest of the line, spaces included.
package struct Filter: Sendable, Equatable {
    /// The text as typed.
    package let source: String
    let terms: [Term]

    /// Shows everything.
    package static let none = Filter(source: "", terms: [])

    /// Whether everything is shown.
    package var isEmpty: Bool { terms.isEmpty }

    struct Term: Sendable, Equatable {
        enum Test: Sendable, Equatable {
            case plain(Needle)
            case column(key: String, Needle)
            case pattern(String)
        }
        var test: Test
        var isInverted: Bool
    }

    /// Why a filter cannot be used.
    package struct BadPattern: Error, Equatable {
        /// A few words for the prompt.
        package let reason: String
    }

    /// Reads a filter; throws for a pattern that is not (yet) a regular expression.
    package static func parse(_ source: String) throws(BadPattern) -> Filter {
        var terms: [Term] = []
        var rest = Substring(source)
        while true {
            rest = rest.drop { $0 == " " }
            guard !rest.isEmpty else { break }
            var isInverted = false
            if rest.first == "!" {
                isInverted = true
                rest = rest.dropFirst()
            }
            if rest.first == "~" {
                let pattern = String(rest.dropFirst())
                guard !pattern.isEmpty else { break }
                try check(pattern)
                terms.append(Term(test: .pattern(pattern), isInverted: isInverted))
                break
            }
            let word = rest.prefix { $0 != " " }
            rest = rest.dropFirst(word.count)
            if let test = wordTest(word) { terms.append(Term(test: test, isInverted: isInverted)) }
        }
        return Filter(source: source, terms: terms)
    }

    private static func wordTest(_ word: Substring) -> Term.Test? {
        guard !word.isEmpty else { return nil }
        if let colon = word.firstIndex(of: ":"), colon != word.startIndex {
            let key = word[..<colon]
            let value = word[word.index(after: colon)...]
            if key.allSatisfy({ $0.isLetter || $0 == "%" || $0 == "_" }), !value.isEmpty {
                return .column(key: key.lowercased(), Needle(String(value)))
            }
        }
        return .plain(Needle(String(word)))
    }

    /// Refuses what is no pattern, and what could run for minutes on one line.
    private static func check(_ pattern: String) throws(BadPattern) {
        guard pattern.utf8.count <= 200 else { throw BadPattern(reason: "pattern too long") }
        guard !hasNestedRepetition(pattern) else { throw BadPattern(reason: "nested repetition is too slow") }
        do { _ = try Regex(pattern) } catch { throw BadPattern(reason: "bad pattern") }
    }

    /// Whether a repeated group holds a repetition, as in `(a+)+`: such patterns take exponential time.
    private static func hasNestedRepetition(_ pattern: String) -> Bool {
        var stack: [Bool] = []
        var closedRepeats = false
        var isEscaped = false
        for character in pattern {
            defer { isEscaped = !isEscaped && character == "\\" }
            if isEscaped {
                closedRepeats = false
                continue
            }
            switch character {
            case "(":
                stack.append(false)
                closedRepeats = false
            case ")":
                closedRepeats = stack.popLast() ?? false
                if closedRepeats, !stack.isEmpty { stack[stack.count - 1] = true }
            case "*", "+", "{":
                if closedRepeats { return true }
                if !stack.isEmpty { stack[stack.count - 1] = true }
            default: closedRepeats = false
            }
        }
        return false
    }

    /// The filter, ready for many rows.
    func matcher() -> Matcher {
        Matcher(
            terms: terms.map { term in
                switch term.test {
                case .pattern(let pattern):
                    (term, try? Regex(pattern).ignoresCase(!pattern.contains(where: \.isUppercase)))
                default: (term, nil)
                }
            })
    }

    /// A compiled filter.
    struct Matcher {
        let terms: [(term: Term, regex: Regex<AnyRegexOutput>?)]

        /// Whether a row passes; `field` gives the text of a column by key, nil when there is none.
        func matches(_ texts: [String], field: (String) -> String?) -> Bool {
            terms.allSatisfy { term, regex in
                let holds: Bool
                switch term.test {
                case .plain(let needle): holds = texts.contains { needle.isIn($0) }
                case .column(let key, let needle): holds = field(key).map { needle.isIn($0) } ?? false
                case .pattern:
                    holds =
                        regex.map { regex in
                            texts.contains { (try? regex.firstMatch(in: String($0.prefix(500)))) != nil }
                        } ?? true
                }
                return holds != term.isInverted
            }
        }
    }
}

/// Text to look for: case matters only when it holds a capital.
package struct Needle: Sendable, Equatable {
    /// The text.
    package let text: String
    private let folded: [UInt8]
    private let isExact: Bool
    private let isASCII: Bool

    /// Makes a needle.
    package init(_ text: String) {
        self.text = text
        isExact = text.contains { $0.isUppercase }
        isASCII = text.utf8.allSatisfy { $0 < 0x80 }
        folded = Array((isExact ? text : text.lowercased()).utf8)
    }

    /// Whether `haystack` holds it.
    package func isIn(_ haystack: String) -> Bool { firstRange(in: haystack) != nil }

    /// The bytes of `haystack` where it occurs first.
    func firstRange(in haystack: String, from start: Int = 0) -> Range<Int>? {
        guard !folded.isEmpty else { return nil }
        if !isExact, !isASCII {
            // Folding beyond ASCII may change lengths; then only "is it there" is exact.
            var lowered = haystack.lowercased()
            return lowered.withUTF8 { Self.search(folded, in: $0, from: start, foldsCase: false) }
        }
        var copy = haystack
        return copy.withUTF8 { Self.search(folded, in: $0, from: start, foldsCase: !isExact) }
    }

    private static func search(
        _ needle: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, from start: Int, foldsCase: Bool
    ) -> Range<Int>? {
        guard bytes.count >= needle.count, start >= 0 else { return nil }
        let last = bytes.count - needle.count
        var at = start
        while at <= last {
            var matched = 0
            while matched < needle.count {
                var byte = bytes[at + matched]
                if foldsCase, byte >= 0x41, byte <= 0x5A { byte |= 0x20 }
                if byte != needle[matched] { break }
                matched += 1
            }
            if matched == needle.count { return at..<(at + needle.count) }
            at += 1
        }
        return nil
    }
}
