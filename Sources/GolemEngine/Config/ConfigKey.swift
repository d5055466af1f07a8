// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// One key of the configuration: the one place that says what it may hold, what it means and where its value goes.
///
/// The default is what stands in a fresh `Root`.
package struct ConfigKey<Root: Sendable>: Sendable {
    /// The key, as in `gateway.port`; of an MCP server's keys the last part only.
    package let path: String
    /// What it may hold.
    package let kind: ConfigKind
    /// Whether its value is never shown.
    package let isSecret: Bool
    /// What it means, one sentence.
    package let summary: String
    let read: @Sendable (Root) -> JSONValue
    let write: @Sendable (JSONValue, inout Root) -> Void
}

extension ConfigKey {
    /// Where a value of the configuration is kept.
    typealias Place<Value> = any WritableKeyPath<Root, Value> & Sendable

    /// A text.
    static func text(
        _ path: String, _ place: Place<String>, needsText: Bool = false, isSecret: Bool = false, _ summary: String
    ) -> Self {
        text(path, place, kind: .text(needsText: needsText), isSecret: isSecret, summary)
    }

    /// A text that is a secret.
    static func secret(_ path: String, _ place: Place<String>, _ summary: String) -> Self {
        text(path, place, kind: .text(), isSecret: true, summary)
    }

    /// One of some words.
    static func choice(
        _ path: String, _ place: Place<String>, _ words: [String], aliases: [String: String] = [:], _ summary: String
    ) -> Self {
        text(path, place, kind: .choice(words, aliases: aliases), isSecret: false, summary)
    }

    /// A duration in Go's form.
    static func duration(
        _ path: String, _ place: Place<String>, takesSeconds: Bool = false, _ summary: String
    ) -> Self {
        text(path, place, kind: .duration(takesSeconds: takesSeconds), isSecret: false, summary)
    }

    private static func text(
        _ path: String, _ place: Place<String>, kind: ConfigKind, isSecret: Bool, _ summary: String
    ) -> Self {
        Self(
            path: path, kind: kind, isSecret: isSecret, summary: summary,
            read: { .string($0[keyPath: place]) }, write: { $1[keyPath: place] = $0.stringValue ?? "" })
    }

    /// A whole number.
    static func integer(
        _ path: String, _ place: Place<Int>, _ range: ClosedRange<Int>, zeroIsDefault: Bool = false, _ summary: String
    ) -> Self {
        Self(
            path: path, kind: .integer(range, zeroIsDefault: zeroIsDefault), isSecret: false, summary: summary,
            read: { .integer(Int64($0[keyPath: place])) },
            write: { $1[keyPath: place] = Int(truncatingIfNeeded: $0.integerValue ?? 0) })
    }

    /// A number.
    static func number(
        _ path: String, _ place: Place<Double>, _ range: ClosedRange<Double>, _ summary: String
    ) -> Self {
        Self(
            path: path, kind: .number(range), isSecret: false, summary: summary,
            read: { .number($0[keyPath: place]) },
            write: { value, root in if case .number(let number) = value { root[keyPath: place] = number } })
    }

    /// A truth value.
    static func flag(_ path: String, _ place: Place<Bool>, _ summary: String) -> Self {
        Self(
            path: path, kind: .flag, isSecret: false, summary: summary,
            read: { .bool($0[keyPath: place]) }, write: { $1[keyPath: place] = $0.boolValue ?? false })
    }

    /// A truth value that may be missing.
    static func optionalFlag(_ path: String, _ place: Place<Bool?>, _ summary: String) -> Self {
        Self(
            path: path, kind: .optionalFlag, isSecret: false, summary: summary,
            read: { $0[keyPath: place].map { .bool($0) } ?? .null }, write: { $1[keyPath: place] = $0.boolValue })
    }

    /// A list of texts.
    static func list(_ path: String, _ place: Place<[String]>, _ summary: String) -> Self {
        Self(
            path: path, kind: .list, isSecret: false, summary: summary,
            read: { .array($0[keyPath: place].map { .string($0) }) },
            write: { $1[keyPath: place] = $0.arrayValue?.compactMap(\.stringValue) ?? [] })
    }

    /// A list of objects.
    static func objects(_ path: String, _ place: Place<JSONValue>, _ summary: String) -> Self {
        Self(
            path: path, kind: .objects, isSecret: false, summary: summary,
            read: { $0[keyPath: place] }, write: { $1[keyPath: place] = $0 })
    }

    /// Texts by name, all of them secrets.
    static func secretMap(_ path: String, _ place: Place<[String: String]>, _ summary: String) -> Self {
        Self(
            path: path, kind: .map, isSecret: true, summary: summary,
            read: { .object($0[keyPath: place].mapValues { .string($0) }) },
            write: { $1[keyPath: place] = $0.objectValue?.compactMapValues(\.stringValue) ?? [:] })
    }

    /// The value as it may be shown.
    func shown(_ value: JSONValue) -> JSONValue {
        isSecret ? SecretMask.whole(value) : SecretMask.parts(value)
    }
}
