// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Reads the syntax of regular expressions, as Perl and most libraries write it.
///
/// Known: `.` (all but `\n`), classes with ranges and `[:alpha:]`, `\d \w \s \h \v \R` and their opposites, `|`, groups of all
/// kinds that only group, `* + ? {n,m}` also lazy, `^ $ \A \z \Z \b \B`, `(?i) (?m) (?s)`, escapes such as `\t` and `\x41`.
/// What needs going back is refused by name: references to groups, lookahead and lookbehind, possessive repetitions.
struct TextExpressionParser {
    private typealias Node = TextExpressionNode
    typealias Failure = TextExpression.Failure

    private struct Flags {
        var ignoresCase = false
        var hasLines = false
        var dotIsAll = false
    }

    private static let depthLimit = 100
    private static let repetitionLimit = 1_000

    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var flags = Flags()
    private var depth = 0

    /// The node for a whole text.
    static func parse(_ text: String) throws(Failure) -> TextExpressionNode {
        var parser = TextExpressionParser(scalars: Array(text.unicodeScalars))
        let node = try parser.choice()
        guard parser.position == parser.scalars.count else { throw Failure(message: "a ) without its (") }
        return node
    }

    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private func isNext(_ text: String) -> Bool { scalars[position...].starts(with: text.unicodeScalars) }

    private mutating func take(_ text: String) -> Bool {
        guard isNext(text) else { return false }
        position += text.unicodeScalars.count
        return true
    }

    private mutating func choice() throws(Failure) -> Node {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.depthLimit else { throw Failure(message: "groups within groups, too many") }
        var nodes = [try sequence()]
        while take("|") { nodes.append(try sequence()) }
        return nodes.count == 1 ? nodes[0] : .choice(nodes)
    }

    private mutating func sequence() throws(Failure) -> Node {
        var nodes: [Node] = []
        while let scalar = current, scalar != "|", scalar != ")" {
            if take("\\Q") {
                while current != nil, !take("\\E") {
                    nodes.append(literal(scalars[position]))
                    position += 1
                }
                continue
            }
            guard let atom = try atom() else { continue }
            nodes.append(try repeated(atom))
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private func set(_ set: ScalarSet) -> Node { .set(flags.ignoresCase ? set.ignoringCase : set) }

    private func literal(_ scalar: Unicode.Scalar) -> Node { set(ScalarSet(scalar)) }

    /// One thing that can be repeated; nil for what only sets flags.
    private mutating func atom() throws(Failure) -> Node? {
        guard let scalar = current else { return nil }
        switch scalar {
        case "(": return try group()
        case "[":
            position += 1
            return try set(characterClass())
        case ".":
            position += 1
            return .set(flags.dotIsAll ? .any : ScalarSet("\n").inverted)
        case "^":
            position += 1
            return .assertion(flags.hasLines ? .lineStart : .textStart)
        case "$":
            position += 1
            return .assertion(flags.hasLines ? .lineEnd : .textEnd)
        case "*", "+", "?": throw Failure(message: "\(scalar) has nothing to repeat")
        case "\\": return try escape()
        default:
            position += 1
            return literal(scalar)
        }
    }

    private mutating func repeated(_ atom: Node) throws(Failure) -> Node {
        let bounds: (least: Int, most: Int?)
        if take("*") {
            bounds = (0, nil)
        } else if take("+") {
            bounds = (1, nil)
        } else if take("?") {
            bounds = (0, 1)
        } else if let counted = try count() {
            bounds = counted
        } else {
            return atom
        }
        // Whether it takes much or little first does not matter: only whether it is found is asked.
        _ = take("?")
        if isNext("+") { throw Failure(message: "possessive repetitions are not supported") }
        if isNext("*") || isNext("?") { throw Failure(message: "a repetition of a repetition") }
        return .repetition(atom, least: bounds.least, most: bounds.most)
    }

    /// `{n}`, `{n,}`, `{,m}` or `{n,m}`; nil when the bracket is a plain one.
    private mutating func count() throws(Failure) -> (least: Int, most: Int?)? {
        guard current == "{", let close = scalars[position...].firstIndex(of: "}") else { return nil }
        let inside = scalars[(position + 1)..<close]
        guard !inside.isEmpty, inside.allSatisfy({ ScalarSet.digit.contains($0) || $0 == "," }) else { return nil }
        let parts = inside.split(separator: ",", omittingEmptySubsequences: false).map { part in
            String(String.UnicodeScalarView(part))
        }
        guard parts.count <= 2, parts.contains(where: { !$0.isEmpty }) else { return nil }
        let least = Int(parts[0].isEmpty ? "0" : parts[0]) ?? .max
        let most: Int? = parts.count == 1 ? least : parts[1].isEmpty ? nil : (Int(parts[1]) ?? Int.max)
        guard max(least, most ?? 0) <= Self.repetitionLimit, least <= most ?? .max else {
            throw Failure(
                message: "{\(parts.joined(separator: ","))} is no repetition of at most \(Self.repetitionLimit)")
        }
        position = close + 1
        return (least, most)
    }

    // MARK: - Groups

    private mutating func group() throws(Failure) -> Node? {
        position += 1
        let outer = flags
        if take("?") {
            if take(":") {
                // It only groups.
            } else if isNext("<=") || isNext("<!") || isNext("=") || isNext("!") {
                throw Failure(message: "lookahead and lookbehind are not supported; use a rule of its own")
            } else if isNext(">") {
                throw Failure(message: "atomic groups are not supported")
            } else if take("P<") || take("<") {
                guard let close = scalars[position...].firstIndex(of: ">") else {
                    throw Failure(message: "a group's name without its >")
                }
                position = close + 1
            } else if try setFlags() {
                // They hold to the end of the group around.
                return nil
            }
        }
        let node = try choice()
        guard take(")") else { throw Failure(message: "a ( without its )") }
        flags = outer
        return node
    }

    /// Reads `i`, `m`, `s` and their `-`; true when the group ends with them.
    private mutating func setFlags() throws(Failure) -> Bool {
        var isOn = true
        while let scalar = current {
            position += 1
            switch scalar {
            case "i": flags.ignoresCase = isOn
            case "m": flags.hasLines = isOn
            case "s": flags.dotIsAll = isOn
            case "-": isOn = false
            case ":": return false
            case ")": return true
            default: throw Failure(message: "(?\(scalar) is not supported")
            }
        }
        throw Failure(message: "a ( without its )")
    }

    // MARK: - Escapes and classes

    private mutating func escape() throws(Failure) -> Node {
        position += 1
        guard let scalar = current else { throw Failure(message: "a \\ at the end") }
        let assertion: Node.Assertion?
        switch scalar {
        case "b": assertion = .wordEdge
        case "B": assertion = .noWordEdge
        case "A": assertion = .textStart
        case "z": assertion = .textEnd
        case "Z": assertion = .textEndOrLastLine
        default: assertion = nil
        }
        if let assertion {
            position += 1
            return .assertion(assertion)
        }
        if scalar == "R" {
            position += 1
            return .choice([.sequence([.set(ScalarSet("\r")), .set(ScalarSet("\n"))]), .set(.lineEnd)])
        }
        return set(try escapedSet())
    }

    /// What stands behind a `\`, as a set.
    private mutating func escapedSet() throws(Failure) -> ScalarSet {
        guard let scalar = current else { throw Failure(message: "a \\ at the end") }
        position += 1
        switch scalar {
        case "d": return .digit
        case "D": return ScalarSet.digit.inverted
        case "w": return .word
        case "W": return ScalarSet.word.inverted
        case "s": return .space
        case "S": return ScalarSet.space.inverted
        case "h": return .blank
        case "H": return ScalarSet.blank.inverted
        case "v": return .lineEnd
        case "V": return ScalarSet.lineEnd.inverted
        case "N": return ScalarSet("\n").inverted
        case "t": return ScalarSet("\t")
        case "n": return ScalarSet("\n")
        case "r": return ScalarSet("\r")
        case "f": return ScalarSet("\u{0C}")
        case "a": return ScalarSet("\u{07}")
        case "e": return ScalarSet("\u{1B}")
        case "0": return ScalarSet("\0")
        case "x": return ScalarSet(try hexadecimal(2))
        case "u": return ScalarSet(try hexadecimal(4))
        case "U": return ScalarSet(try hexadecimal(8))
        case "1"..."9", "k", "g": throw Failure(message: "references to groups are not supported")
        case "p", "P": throw Failure(message: "\\\(scalar) is not supported; classes know ASCII only")
        case _ where scalar.isASCII && scalar.properties.isAlphabetic:
            throw Failure(message: "\\\(scalar) is not known")
        default: return ScalarSet(scalar)
        }
    }

    /// `41`, or `{41}`.
    private mutating func hexadecimal(_ count: Int) throws(Failure) -> Unicode.Scalar {
        var digits = String.UnicodeScalarView()
        if take("{") {
            while let scalar = current, scalar != "}" {
                digits.append(scalar)
                position += 1
            }
            position += 1
        } else {
            while digits.count < count, let scalar = current {
                digits.append(scalar)
                position += 1
            }
            guard digits.count == count else { throw Failure(message: "a hexadecimal number with too few digits") }
        }
        guard let value = UInt32(String(digits), radix: 16), let scalar = Unicode.Scalar(value) else {
            throw Failure(message: "\(String(digits)) is no character's number")
        }
        return scalar
    }

    /// The rest of a class behind its `[`.
    private mutating func characterClass() throws(Failure) -> ScalarSet {
        let isNegated = take("^")
        var set: ScalarSet?
        func add(_ part: ScalarSet) { set = set?.union(part) ?? part }
        var isFirst = true
        while let scalar = current {
            if scalar == "]", !isFirst {
                position += 1
                // Case counts before the class is turned around: (?i)[^a] is no A.
                let whole = set ?? ScalarSet.any.inverted
                let folded = flags.ignoresCase ? whole.ignoringCase : whole
                return isNegated ? folded.inverted : folded
            }
            isFirst = false
            if isNext("[:") {
                add(try posixClass())
                continue
            }
            if isNext("&&") || isNext("--") || isNext("~~") || scalar == "[" {
                throw Failure(
                    message: "classes within classes are not supported; a [ or a doubled sign is written with \\")
            }
            let (part, first) = try member()
            guard let begin = first, current == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
                add(part)
                continue
            }
            position += 1
            guard let last = try member().scalar, begin <= last else {
                throw Failure(message: "a range in a class that runs backwards")
            }
            add(ScalarSet(begin...last))
        }
        throw Failure(message: "a [ without its ]")
    }

    /// One member of a class, and the scalar when it is one that can begin or end a range.
    private mutating func member() throws(Failure) -> (set: ScalarSet, scalar: Unicode.Scalar?) {
        guard let scalar = current else { throw Failure(message: "a [ without its ]") }
        position += 1
        guard scalar == "\\" else { return (ScalarSet(scalar), scalar) }
        if take("b") { return (ScalarSet("\u{08}"), "\u{08}") }
        let set = try escapedSet()
        return (set, set.single)
    }

    private mutating func posixClass() throws(Failure) -> ScalarSet {
        position += 2
        let isNegated = take("^")
        var name = ""
        while let scalar = current, scalar != ":", scalar != "]" {
            name.unicodeScalars.append(scalar)
            position += 1
        }
        guard take(":]"), let set = ScalarSet.posix[name] else { throw Failure(message: "[:\(name):] is no class") }
        return isNegated ? set.inverted : set
    }
}
