// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// One thing that an MCP server wants to know: a property of its form.
public struct QuestionField: Sendable, Equatable, Codable {
    /// A choice of an enumeration.
    public struct Option: Sendable, Equatable, Codable {
        /// What the server gets.
        public var value: String
        /// What people see.
        public var title: String

        /// Makes an option.
        public init(_ value: String, title: String? = nil) {
            self.value = value
            self.title = title ?? value
        }
    }

    /// What can be answered.
    public enum Kind: Sendable, Equatable, Codable {
        /// Text; the format is `email`, `uri`, `date` or `date-time`, the lengths are in Unicode scalars.
        case text(format: String?, minimum: Int?, maximum: Int?)
        /// A number.
        case number(isWhole: Bool, minimum: Double?, maximum: Double?)
        /// Yes or no.
        case flag
        /// One of several.
        case choice([Option])
        /// Any of several.
        case choices([Option], minimum: Int?, maximum: Int?)
    }

    /// The name that the server knows.
    public var name: String
    /// A name for people; empty when the server gave none.
    public var title: String
    /// What it means; empty when the server did not say.
    public var about: String
    /// What can be answered.
    public var kind: Kind
    /// Whether it must be answered.
    public var isRequired: Bool
    /// What counts when nothing is said, as it would be typed; nil when nothing does.
    public var preset: [String]?

    /// Makes a field.
    public init(
        name: String, title: String = "", about: String = "", kind: Kind, isRequired: Bool = false,
        preset: [String]? = nil
    ) {
        self.name = name
        self.title = title
        self.about = about
        self.kind = kind
        self.isRequired = isRequired
        self.preset = preset
    }

    /// The name for people, the server's own one where there is no other.
    public var label: String { title.isEmpty ? name : title }

    /// The options; none for a field without.
    public var options: [Option] {
        switch kind {
        case .choice(let options), .choices(let options, _, _): options
        case .flag: [Option("yes"), Option("no")]
        case .text, .number: []
        }
    }

    /// What can be answered, in words.
    public var rule: String {
        switch kind {
        case .text(let format, let minimum, let maximum):
            let what =
                switch format {
                case "email": "an e-mail address"
                case "uri": "a URL"
                case "date": "a date such as 2026-07-28"
                case "date-time": "a time such as 2026-07-28T09:00:00Z"
                default: "text"
                }
            return what + Self.span(minimum, maximum, " characters")
        case .number(let isWhole, let minimum, let maximum):
            return (isWhole ? "a whole number" : "a number")
                + Self.span(minimum.map(Self.text), maximum.map(Self.text), "")
        case .flag: return "yes or no"
        case .choice(let options): return "one of: " + Self.names(options)
        case .choices(let options, let minimum, let maximum):
            return "any of: " + Self.names(options) + Self.span(minimum, maximum, " of them")
        }
    }

    mutating func mapText(_ transform: (String) -> String) {
        title = transform(title)
        about = transform(about)
        preset = preset?.map(transform)
    }

    /// A number as people write it: whole ones without a point.
    static func text(_ number: Double) -> String { Int64(exactly: number).map { "\($0)" } ?? "\(number)" }

    private static func names(_ options: [Option]) -> String {
        options.map { $0.title == $0.value ? $0.value : "\($0.value) (\($0.title))" }.joined(separator: ", ")
    }

    private static func span<Bound: CustomStringConvertible>(
        _ minimum: Bound?, _ maximum: Bound?, _ unit: String
    ) -> String {
        switch (minimum, maximum) {
        case (nil, nil): ""
        case (let minimum?, nil): ", at least \(minimum)\(unit)"
        case (nil, let maximum?): ", at most \(maximum)\(unit)"
        case (let minimum?, let maximum?): ", \(minimum) to \(maximum)\(unit)"
        }
    }
}
