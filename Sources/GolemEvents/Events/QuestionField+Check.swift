// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension QuestionField {
    /// An answer that fits its field.
    public enum Value: Sendable, Equatable {
        /// Text, also the value of an option.
        case text(String)
        /// A whole number.
        case whole(Int64)
        /// Any other number.
        case number(Double)
        /// Yes or no.
        case flag(Bool)
        /// The values of options.
        case list([String])
    }

    /// Why a text does not fit.
    public struct Misfit: Error, Sendable, Equatable {
        /// A sentence for whoever typed it, without what was typed.
        public let reason: String

        /// Makes one.
        public init(reason: String) { self.reason = reason }
    }

    /// What `texts` mean as an answer; nil when the field is left out.
    ///
    /// Nil stands for nothing said, which takes the preset; empty texts leave the field out. Several texts are several
    /// options.
    public func value(of texts: [String]?) throws(Misfit) -> Value? {
        let given = (texts ?? preset ?? []).filter { !$0.isEmpty }
        guard let first = given.first else {
            // Choosing none of several is an answer where that many are allowed.
            if case .choices(_, let minimum, _) = kind, isRequired, (minimum ?? 0) == 0 { return .list([]) }
            guard !isRequired else { throw Misfit(reason: "it must be answered: \(rule)") }
            return nil
        }
        if case .choices(let options, let minimum, let maximum) = kind {
            return .list(try list(given, options, minimum ?? 0, maximum ?? .max))
        }
        guard given.count == 1 else { throw Misfit(reason: "only one answer is wanted: \(rule)") }
        switch kind {
        case .text(let format, let minimum, let maximum):
            let length = first.unicodeScalars.count
            guard length >= minimum ?? 0, length <= maximum ?? .max, TextFormat.fits(first, format) else {
                throw misfit
            }
            return .text(first)
        case .number(let isWhole, let minimum, let maximum):
            return try number(first, isWhole: isWhole, minimum, maximum)
        case .flag: return .flag(try flag(first))
        case .choice(let options):
            guard let option = Self.option(first, in: options) else { throw misfit }
            return .text(option.value)
        case .choices: throw misfit
        }
    }

    private var misfit: Misfit { Misfit(reason: "it must be \(rule)") }

    private func number(
        _ text: String, isWhole: Bool, _ minimum: Double?, _ maximum: Double?
    ) throws(Misfit) -> Value {
        guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let number = Double(text),
            number.isFinite, number >= minimum ?? -.infinity, number <= maximum ?? .infinity
        else { throw misfit }
        // Read as text, because large whole numbers lose digits on the way through a Double.
        if let whole = Int64(text) ?? Int64(exactly: number) { return .whole(whole) }
        guard !isWhole else { throw misfit }
        return .number(number)
    }

    private func flag(_ text: String) throws(Misfit) -> Bool {
        switch text.lowercased() {
        case "yes", "y", "true", "on", "1": true
        case "no", "n", "false", "off", "0": false
        default: throw misfit
        }
    }

    private func list(
        _ texts: [String], _ options: [Option], _ minimum: Int, _ maximum: Int
    ) throws(Misfit) -> [String] {
        var values: [String] = []
        for text in texts {
            // A comma separates options, unless it belongs to one.
            let parts =
                Self.option(text, in: options) == nil
                ? text.split(separator: ",").map { String($0).trimmingSpaces } : [text]
            for part in parts where !part.isEmpty {
                guard let option = Self.option(part, in: options) else { throw misfit }
                if !values.contains(option.value) { values.append(option.value) }
            }
        }
        guard values.count >= minimum, values.count <= maximum else { throw misfit }
        return values
    }

    /// The option that a text means: by its value, else by its title.
    static func option(_ text: String, in options: [Option]) -> Option? {
        options.first { $0.value == text } ?? options.first { $0.title == text }
            ?? options.first { $0.title.lowercased() == text.lowercased() }
    }
}

extension [QuestionField] {
    /// The answers to a form by field name; fields that are left out are missing.
    ///
    /// Throws what is wrong with the first field that does not fit, or with a name that is none.
    public func values(of texts: [String: [String]]) throws(QuestionField.Misfit) -> [String: QuestionField.Value] {
        let names = Set(map(\.name))
        if let unknown = texts.keys.sorted().first(where: { !names.contains($0) }) {
            let known = self.map(\.name).joined(separator: ", ")
            throw QuestionField.Misfit(
                reason: "there is no field \(bounded(unknown, 100)); "
                    + (isEmpty ? "the form has none" : "there are: \(known)"))
        }
        var values: [String: QuestionField.Value] = [:]
        for field in self {
            do throws(QuestionField.Misfit) {
                values[field.name] = try field.value(of: texts[field.name])
            } catch {
                throw QuestionField.Misfit(reason: "\(field.name): \(error.reason)")
            }
        }
        return values
    }
}

/// The formats that text of a form may have.
enum TextFormat {
    static func fits(_ text: String, _ format: String?) -> Bool {
        switch format {
        case "email": isEmail(text)
        case "uri": isURI(text)
        case "date": isDate(text[...])
        case "date-time": isDateTime(text)
        default: true
        }
    }

    private static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, !text.contains(where: \.isWhitespace) else {
            return false
        }
        return !parts[1].hasPrefix(".") && !parts[1].hasSuffix(".") && !parts[1].contains("..")
    }

    private static func isURI(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":"), let first = text.first, first.isASCII, first.isLetter,
            text.index(after: colon) < text.endIndex
        else { return false }
        let scheme = text[..<colon]
        return scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static func isDate(_ text: Substring) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = number(parts[0], 4), let month = number(parts[1], 2),
            let day = number(parts[2], 2), (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }

    /// RFC 3339: date, `T`, time with seconds, and `Z` or an offset.
    private static func isDateTime(_ text: String) -> Bool {
        guard text.utf8.count > 11, isDate(text.prefix(10)) else { return false }
        let rest = text.dropFirst(10)
        guard rest.first == "T" || rest.first == "t", var time = Optional(rest.dropFirst()) else { return false }
        if time.last == "Z" || time.last == "z" {
            time = time.dropLast()
        } else {
            let offset = time.suffix(6)
            guard offset.first == "+" || offset.first == "-", isClock(offset.dropFirst(), hasSeconds: false) else {
                return false
            }
            time = time.dropLast(6)
        }
        let parts = time.split(separator: ".", omittingEmptySubsequences: false)
        guard isClock(parts[0], hasSeconds: true), parts.count <= 2 else { return false }
        return parts.count == 1 || (!parts[1].isEmpty && parts[1].allSatisfy { $0.isASCII && $0.isNumber })
    }

    private static func isClock(_ text: Substring, hasSeconds: Bool) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { number($0, 2) }
        guard parts.count == (hasSeconds ? 3 : 2), let hour = parts[0], let minute = parts[1] else { return false }
        let second = hasSeconds ? parts[2] : 0
        return hour < 24 && minute < 60 && second.map { $0 <= 60 } ?? false
    }

    private static func number(_ text: Substring, _ digits: Int) -> Int? {
        guard text.utf8.count == digits, text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int(text)
    }
}

extension String {
    /// The text without spaces at its ends.
    fileprivate var trimmingSpaces: String {
        let tail = drop { $0 == " " }
        return String(tail[..<(tail.lastIndex { $0 != " " }.map { tail.index(after: $0) } ?? tail.startIndex)])
    }
}
