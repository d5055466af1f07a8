// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A regular expression over Unicode scalars, searched in time that is linear in the text.
///
/// All states are followed at once (Thompson), so that no text makes it go back: what a model writes must not hold up
/// whoever judges it. Scalars, not characters, are compared: a combining mark never hides the sign before it, and `\r\n`
/// is two. The classes `\w`, `\d`, `\s` and `\b` know ASCII only. The syntax is in `TextExpressionParser`.
struct TextExpression: Sendable {
    /// Why a text is no regular expression.
    struct Failure: Error, Sendable, Equatable {
        /// A sentence.
        let message: String
    }

    /// How many states an expression has at most.
    static let stateLimit = 4_000

    private static let tooLarge = Failure(message: "it is too large: fewer or smaller repetitions")

    private enum State {
        case found
        case scalar(ScalarSet, next: Int)
        case assertion(TextExpressionNode.Assertion, next: Int)
        case choice(Int, Int)
    }

    private var states: [State] = []
    private var start = 0
    /// Nodes that were compiled: repetitions of nothing make no states.
    private var work = 0

    /// Reads an expression.
    init(_ text: String) throws(Failure) {
        let node = try TextExpressionParser.parse(text)
        let end = try add(.found)
        start = try compile(node, next: end)
    }

    private mutating func add(_ state: State) throws(Failure) -> Int {
        guard states.count < Self.stateLimit else { throw Self.tooLarge }
        states.append(state)
        return states.count - 1
    }

    /// Adds the states of a node that go on to `next`; gives the first one.
    private mutating func compile(_ node: TextExpressionNode, next: Int) throws(Failure) -> Int {
        work += 1
        guard work < 10 * Self.stateLimit else { throw Self.tooLarge }
        switch node {
        case .set(let set): return try add(.scalar(set, next: next))
        case .assertion(let assertion): return try add(.assertion(assertion, next: next))
        case .sequence(let nodes):
            var next = next
            for node in nodes.reversed() { next = try compile(node, next: next) }
            return next
        case .choice(let nodes):
            var first = try compile(nodes[nodes.count - 1], next: next)
            for node in nodes.dropLast().reversed() { first = try add(.choice(try compile(node, next: next), first)) }
            return first
        case .repetition(let node, let least, let most):
            var first = next
            if let most {
                for _ in 0..<(most - least) { first = try add(.choice(try compile(node, next: first), next)) }
            } else {
                let loop = try add(.choice(0, next))
                states[loop] = .choice(try compile(node, next: loop), next)
                first = loop
            }
            for _ in 0..<least { first = try compile(node, next: first) }
            return first
        }
    }

    /// Whether it is found anywhere in `text`.
    func isFound(in text: String.UnicodeScalarView) -> Bool {
        var current = Threads(count: states.count)
        var next = Threads(count: states.count)
        var index = text.startIndex
        var before: Unicode.Scalar?
        while true {
            let scalar = index < text.endIndex ? text[index] : nil
            // A search may begin at every place.
            if follow(start, &current, before, scalar, { isLast(index, in: text) }) { return true }
            guard let scalar else { return false }
            let after = text.index(after: index)
            let following = after < text.endIndex ? text[after] : nil
            for place in 0..<current.count {
                guard case .scalar(let set, let target) = states[current.list[place]], set.contains(scalar) else {
                    continue
                }
                if follow(target, &next, scalar, following, { isLast(after, in: text) }) { return true }
            }
            swap(&current, &next)
            next.clear()
            before = scalar
            index = after
        }
    }

    /// Whether only one line end is left from `index` on.
    private func isLast(_ index: String.Index, in text: String.UnicodeScalarView) -> Bool {
        index < text.endIndex && text[index] == "\n" && text.index(after: index) == text.endIndex
    }

    /// Follows what takes no scalar from a state on; true when the end is reached.
    private func follow(
        _ state: Int, _ threads: inout Threads, _ before: Unicode.Scalar?, _ after: Unicode.Scalar?,
        _ isLastLineEnd: () -> Bool
    ) -> Bool {
        threads.stack.append(state)
        while let index = threads.stack.popLast() {
            guard threads.insert(index) else { continue }
            switch states[index] {
            case .found:
                threads.stack.removeAll()
                return true
            case .scalar: break
            case .choice(let first, let second):
                threads.stack.append(second)
                threads.stack.append(first)
            case .assertion(let assertion, let next):
                if assertion.holds(before, after, isLastLineEnd) { threads.stack.append(next) }
            }
        }
        return false
    }

    /// The states at one place of the text, each once.
    private struct Threads {
        var list: [Int]
        var count = 0
        var stack: [Int] = []
        private var place: [Int]

        init(count: Int) {
            list = [Int](repeating: 0, count: count)
            place = list
        }

        mutating func insert(_ state: Int) -> Bool {
            let known = place[state]
            if known < count, list[known] == state { return false }
            list[count] = state
            place[state] = count
            count += 1
            return true
        }

        mutating func clear() { count = 0 }
    }
}

/// What a regular expression consists of.
indirect enum TextExpressionNode: Sendable {
    /// A condition that takes no scalar.
    enum Assertion: Sendable {
        case textStart
        case textEnd
        case textEndOrLastLine
        case lineStart
        case lineEnd
        case wordEdge
        case noWordEdge

        func holds(_ before: Unicode.Scalar?, _ after: Unicode.Scalar?, _ isLastLineEnd: () -> Bool) -> Bool {
            switch self {
            case .textStart: before == nil
            case .textEnd: after == nil
            case .textEndOrLastLine: after == nil || isLastLineEnd()
            case .lineStart: before == nil || before == "\n"
            case .lineEnd: after == nil || after == "\n"
            case .wordEdge: Self.isWord(before) != Self.isWord(after)
            case .noWordEdge: Self.isWord(before) == Self.isWord(after)
            }
        }

        private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
            scalar.map { ScalarSet.word.contains($0) } ?? false
        }
    }

    case set(ScalarSet)
    case assertion(Assertion)
    case sequence([TextExpressionNode])
    case choice([TextExpressionNode])
    case repetition(TextExpressionNode, least: Int, most: Int?)
}
