// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine

/// Reads a command line: `--flag value`, `--flag=value`, `-f value`, `-fvalue`, `-ab`, and `--` before words that begin
/// with a dash.
struct ArgumentParser {
    private let root: CommandDefinition
    /// Flags that every command has, before or after its name.
    private let global: [FlagDefinition]

    init(root: CommandDefinition, global: [FlagDefinition]) {
        self.root = root
        self.global = global
    }

    /// Understands the words after the program's name.
    func parse(_ words: [String]) throws(CommandFailure) -> Invocation {
        var reading = Reading(path: [], command: root)
        var rest = words[...]
        while let word = rest.popFirst() {
            if reading.passesOn(word) { reading.isLiteral = true }
            if reading.isLiteral || word == "-" || !word.hasPrefix("-") {
                try take(word, &reading)
            } else if word == "--" {
                reading.isLiteral = true
            } else if word.hasPrefix("--") {
                try takeLong(word.dropFirst(2), &rest, &reading)
            } else {
                try takeShort(word.dropFirst(), &rest, &reading)
            }
        }
        try checkCount(reading)
        var invocation = Invocation(path: reading.path, command: reading.command)
        invocation.values = reading.values
        invocation.switches = reading.switches
        invocation.words = reading.words
        return invocation
    }

    private struct Reading {
        var path: [String]
        var command: CommandDefinition
        var values: [String: String] = [:]
        var switches: Set<String> = []
        var words: [String] = []
        var isLiteral = false

        /// Whether options of another program begin with this word.
        func passesOn(_ word: String) -> Bool {
            command.passesOptions && !words.isEmpty && word.hasPrefix("-") && !word.hasPrefix("--") && word != "-h"
        }
    }

    private func failure(_ message: String, _ reading: Reading) -> CommandFailure {
        .usage(message, help: reading.path)
    }

    private func flags(_ reading: Reading) -> [FlagDefinition] { reading.command.flags + global }

    private func take(_ word: String, _ reading: inout Reading) throws(CommandFailure) {
        guard !reading.command.subcommands.isEmpty, reading.words.isEmpty else {
            reading.words.append(word)
            return
        }
        guard let command = reading.command.subcommands.first(where: { $0.name == word }) else {
            let names = reading.command.subcommands.map(\.name)
            let hint = SpellingSuggestion.nearest(to: word, in: names).map { "; did you mean \($0)?" } ?? ""
            let kind = reading.path.isEmpty ? "command" : "\(reading.path.joined(separator: " ")) command"
            throw failure("unknown \(kind) \"\(word)\"\(hint)", reading)
        }
        reading.path.append(word)
        reading.command = command
    }

    private func takeLong(
        _ text: Substring, _ rest: inout ArraySlice<String>, _ reading: inout Reading
    ) throws(CommandFailure) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let flag = flags(reading).first(where: { $0.name == name }) else {
            let names = flags(reading).filter { !$0.isHidden }.map(\.name)
            let hint = SpellingSuggestion.nearest(to: name, in: names).map { "; did you mean --\($0)?" } ?? ""
            throw failure("unknown flag --\(name)\(hint)", reading)
        }
        try take(flag, written: "--\(name)", attached: parts.count == 2 ? String(parts[1]) : nil, &rest, &reading)
    }

    private func takeShort(
        _ letters: Substring, _ rest: inout ArraySlice<String>, _ reading: inout Reading
    ) throws(CommandFailure) {
        var letters = letters
        while let letter = letters.popFirst() {
            guard let flag = flags(reading).first(where: { $0.short == letter }) else {
                throw failure("unknown flag -\(letter)", reading)
            }
            if flag.placeholder == nil {
                reading.switches.insert(flag.name)
                continue
            }
            let attached = letters.isEmpty ? nil : String(letters.hasPrefix("=") ? letters.dropFirst() : letters)
            try take(flag, written: "-\(letter)", attached: attached, &rest, &reading)
            return
        }
    }

    private func take(
        _ flag: FlagDefinition, written: String, attached: String?, _ rest: inout ArraySlice<String>,
        _ reading: inout Reading
    ) throws(CommandFailure) {
        guard let placeholder = flag.placeholder else {
            guard attached == nil else { throw failure("\(written) takes no value", reading) }
            reading.switches.insert(flag.name)
            return
        }
        let value: String
        if let attached {
            value = attached
        } else if let next = rest.first, !next.hasPrefix("--") {
            value = next
            rest.removeFirst()
        } else {
            throw failure("\(written) needs a value: <\(placeholder)>", reading)
        }
        guard flag.accepts(value) else {
            throw failure("\(written) is \"\(value)\"; allowed: \(flag.allowed)", reading)
        }
        reading.values[flag.name] = value
    }

    private func checkCount(_ reading: Reading) throws(CommandFailure) {
        // Help is given whatever else is missing.
        if reading.switches.contains(GlobalFlags.help.name) { return }
        let positionals = reading.command.positionals
        let required = positionals.filter { $0.count == .one || $0.count == .some }
        if reading.words.count < required.count {
            throw failure("<\(required[reading.words.count].name)> is missing", reading)
        }
        let takesAny = positionals.contains { $0.count == .any || $0.count == .some }
        if !takesAny, reading.command.run != nil, reading.words.count > positionals.count {
            throw failure("unexpected \"\(reading.words[positionals.count])\"", reading)
        }
    }
}
