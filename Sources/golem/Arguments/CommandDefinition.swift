// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A flag without a value, such as `--demo`.
struct Switch: Sendable {
    let name: String
    let short: Character?
    let help: String
    let isHidden: Bool

    init(_ name: String, short: Character? = nil, isHidden: Bool = false, _ help: String) {
        self.name = name
        self.short = short
        self.help = help
        self.isHidden = isHidden
    }
}

/// A flag with a value, such as `--config <file>`.
struct Option<Value: Sendable>: Sendable {
    let name: String
    let short: Character?
    let placeholder: String
    let help: String
    let isHidden: Bool
    /// What is allowed, for the sentence about a wrong value.
    let allowed: String
    let parse: @Sendable (String) -> Value?
}

extension Option<String> {
    /// Any text that is not empty.
    static func text(
        _ name: String, short: Character? = nil, _ placeholder: String, isHidden: Bool = false, _ help: String
    ) -> Self {
        Self(
            name: name, short: short, placeholder: placeholder, help: help, isHidden: isHidden,
            allowed: "a text that is not empty", parse: { $0.isEmpty ? nil : $0 })
    }

    /// One of some words, in any case.
    static func choice(_ name: String, _ placeholder: String, _ words: [String], _ help: String) -> Self {
        Self(
            name: name, short: nil, placeholder: placeholder, help: help, isHidden: false,
            allowed: words.joined(separator: ", "),
            parse: { words.contains($0.lowercased()) ? $0.lowercased() : nil })
    }
}

extension Option<Int> {
    /// A whole number.
    static func integer(
        _ name: String, _ placeholder: String, _ range: ClosedRange<Int>, isHidden: Bool = false, _ help: String
    ) -> Self {
        Self(
            name: name, short: nil, placeholder: placeholder, help: help, isHidden: isHidden,
            allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            parse: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } })
    }
}

/// A switch or an option, for the parser and the usage text.
struct FlagDefinition: Sendable {
    let name: String
    let short: Character?
    /// Nil for a switch.
    let placeholder: String?
    let help: String
    let isHidden: Bool
    let allowed: String
    let accepts: @Sendable (String) -> Bool

    init(_ flag: Switch) {
        name = flag.name
        short = flag.short
        placeholder = nil
        help = flag.help
        isHidden = flag.isHidden
        allowed = ""
        accepts = { _ in false }
    }

    init<Value>(_ option: Option<Value>) {
        name = option.name
        short = option.short
        placeholder = option.placeholder
        help = option.help
        isHidden = option.isHidden
        allowed = option.allowed
        let parse = option.parse
        accepts = { parse($0) != nil }
    }
}

/// A word that belongs to a command by its position.
struct Positional: Sendable {
    /// How many words it takes.
    enum Count: Sendable {
        case one
        case optional
        case any
        /// At least one.
        case some
    }

    let name: String
    let count: Count
    let help: String

    init(_ name: String, _ help: String, count: Count = .one) {
        self.name = name
        self.count = count
        self.help = help
    }

    /// As it stands in a usage line.
    var usage: String {
        switch count {
        case .one: "<\(name)>"
        case .optional: "[\(name)]"
        case .any: "[\(name)…]"
        case .some: "<\(name)…>"
        }
    }
}

/// A command with everything that is true of it; the parser, the help and the completion all read this.
struct CommandDefinition: Sendable {
    let name: String
    /// One sentence.
    let summary: String
    /// More, for its own help page.
    var discussion = ""
    var flags: [FlagDefinition] = []
    var positionals: [Positional] = []
    var subcommands: [CommandDefinition] = []
    /// Whether everything from the first word with one dash after a positional word on belongs to another program.
    var passesOptions = false
    /// Runs it and gives the exit code; nil when it only has subcommands.
    var run: (@Sendable (Invocation) throws(CommandFailure) -> Int32)?
}

/// A command line that was understood.
struct Invocation: Sendable {
    /// The command's names from the top, without the program's.
    let path: [String]
    let command: CommandDefinition
    var values: [String: String] = [:]
    var switches: Set<String> = []
    var words: [String] = []

    /// Whether a switch was given.
    func has(_ flag: Switch) -> Bool { switches.contains(flag.name) }

    /// The value of an option, if it was given.
    subscript<Value>(option: Option<Value>) -> Value? { values[option.name].flatMap(option.parse) }
}
