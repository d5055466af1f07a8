// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What a key may hold.
///
/// Values are read as generously as the original did: `"18790"` is a number, `12345` a text, a text with commas a list.
package enum ConfigKind: Sendable, Equatable {
    /// Any text; blank text means the default where `needsText` is set.
    case text(needsText: Bool = false)
    /// A whole number; 0 means the default where `zeroIsDefault` is set.
    case integer(ClosedRange<Int>, zeroIsDefault: Bool = false)
    /// A number.
    case number(ClosedRange<Double>)
    /// `true` or `false`.
    case flag
    /// `true`, `false` or nothing.
    case optionalFlag
    /// One of some words, compared without case and kept in lower case.
    ///
    /// Blank means the default; `aliases` are other words that are understood.
    case choice([String], aliases: [String: String] = [:])
    /// A duration as Go writes it, more than zero; blank means none. With `takesSeconds` a bare number means seconds.
    case duration(takesSeconds: Bool = false)
    /// A list of texts.
    case list
    /// A list of objects, whose members other code reads.
    case objects
    /// Texts by name; the names keep their case.
    case map

    /// What came of a value.
    enum Outcome: Equatable {
        /// It is this, in the key's own type.
        case value(JSONValue)
        /// It means the default.
        case standard
        /// It is not allowed.
        case refused
    }

    /// What is allowed, to go after "allowed:".
    package var expectation: String {
        switch self {
        case .text: "text"
        case .integer(let range, let zeroIsDefault):
            "a whole number from \(range.lowerBound) to \(range.upperBound)"
                + (zeroIsDefault ? ", or 0 for the default" : "")
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .flag, .optionalFlag: "true or false"
        case .choice(let words, _): Self.sentence(words)
        case .duration(true): "a duration of more than zero such as \"30s\" or \"5m\", or seconds"
        case .duration: "a duration of more than zero such as \"30m\" or \"1h30m\", or \"\" for none"
        case .list: "a list of texts"
        case .objects: "a list of objects"
        case .map: "an object of texts"
        }
    }

    /// The name of the type, for reference pages.
    package var typeName: String {
        switch self {
        case .text: "text"
        case .integer: "whole number"
        case .number: "number"
        case .flag, .optionalFlag: "true/false"
        case .choice: "word"
        case .duration: "duration"
        case .list: "list"
        case .objects: "list of objects"
        case .map: "object"
        }
    }

    /// Whether values are lists or objects, which a variable gives as JSON.
    var isCollection: Bool { self == .list || self == .map || self == .objects }

    /// `a, b or c`.
    static func sentence(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }

    func convert(_ value: JSONValue) -> Outcome {
        if value == .null { return .standard }
        switch self {
        case .text(let needsText):
            guard let text = Self.text(value) else { return .refused }
            return needsText && text.trimmed.isEmpty ? .standard : .value(.string(text))
        case .integer(let range, let zeroIsDefault):
            guard let number = Self.integer(value) else { return .refused }
            if zeroIsDefault, number == 0 { return .standard }
            guard let number = Int(exactly: number), range.contains(number) else { return .refused }
            return .value(.integer(Int64(number)))
        case .number(let range):
            guard let number = Self.number(value), range.contains(number) else { return .refused }
            return .value(.number(number))
        case .flag, .optionalFlag: return Self.flag(value).map { .value(.bool($0)) } ?? .refused
        case .choice(let words, let aliases):
            guard let word = value.stringValue?.trimmed.lowercased() else { return .refused }
            if word.isEmpty { return .standard }
            let known = aliases[word] ?? word
            return words.contains(known) ? .value(.string(known)) : .refused
        case .duration(let takesSeconds):
            var given = value.stringValue?.trimmed
            if takesSeconds, let seconds = Self.integer(value) { given = "\(seconds)s" }
            guard let text = given else { return .refused }
            if text.isEmpty { return takesSeconds ? .standard : .value("") }
            return GoDuration.parse(text).map { $0 > .zero } == true ? .value(.string(text)) : .refused
        case .list: return Self.list(value).map { .value(.array($0.map { .string($0) })) } ?? .refused
        case .objects:
            guard let entries = value.arrayValue else { return .refused }
            return entries.allSatisfy { $0.objectValue != nil } ? .value(value) : .refused
        case .map: return Self.map(value)
        }
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let number): String(number)
        default: nil
        }
    }

    private static func integer(_ value: JSONValue) -> Int64? {
        if let number = value.integerValue { return number }
        guard let text = value.stringValue?.trimmed else { return nil }
        return Int64(text)
    }

    private static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .number(let number): number
        case .string(let text): Double(text.trimmed).flatMap { $0.isFinite ? $0 : nil }
        default: nil
        }
    }

    private static func flag(_ value: JSONValue) -> Bool? {
        switch value {
        case .bool(let flag): flag
        case .integer(0): false
        case .integer(1): true
        case .string(let text):
            switch text.trimmed.lowercased() {
            case "true", "t", "1", "yes", "on": true
            case "false", "f", "0", "no", "off": false
            default: nil
            }
        default: nil
        }
    }

    /// The entries without white space around them and without empty ones.
    private static func list(_ value: JSONValue) -> [String]? {
        let entries: [String]
        if let elements = value.arrayValue {
            entries = elements.compactMap(text)
            guard entries.count == elements.count else { return nil }
        } else {
            guard let text = text(value) else { return nil }
            entries = text.split(separator: ",").map(String.init)
        }
        return entries.map(\.trimmed).filter { !$0.isEmpty }
    }

    private static func map(_ value: JSONValue) -> Outcome {
        guard let members = value.objectValue else { return .refused }
        let texts = members.compactMapValues { value in
            value == .null ? "" : text(value) ?? value.boolValue.map { $0 ? "true" : "false" }
        }
        return texts.count == members.count ? .value(.object(texts.mapValues { .string($0) })) : .refused
    }
}
