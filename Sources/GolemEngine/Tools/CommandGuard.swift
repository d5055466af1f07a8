// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Refuses the few commands that destroy a machine by accident.
///
/// A seat belt, not a boundary: a shell has endless ways to say the same thing. What keeps a command in bounds is the
/// approval and the sandbox.
enum CommandGuard {
    /// Why a command is not run, or nil.
    static func refusal(of command: String) -> String? {
        if command.filter({ !$0.isWhitespace }).contains(":(){:|:&};:") { return "a fork bomb" }
        for words in simpleCommands(command) {
            guard let name = words.first?.split(separator: "/").last.map(String.init) else { continue }
            let arguments = words.dropFirst()
            if arguments.contains("--no-preserve-root") { return "--no-preserve-root" }
            if name == "mkfs" || name.hasPrefix("mkfs.") { return "making a file system" }
            if name == "dd", let target = arguments.first(where: { $0.hasPrefix("of=/dev/") }) {
                if !["of=/dev/null", "of=/dev/stdout", "of=/dev/stderr"].contains(target) { return "dd to a device" }
            }
            let isRecursive = arguments.contains { word in
                word == "--recursive"
                    || (word.hasPrefix("-") && !word.hasPrefix("--") && word.lowercased().contains("r"))
            }
            if name == "rm", isRecursive, let target = arguments.first(where: isVital) {
                return "rm of \(target)"
            }
        }
        return nil
    }

    private static func isVital(_ word: String) -> Bool {
        var path = Substring(word)
        while path.hasSuffix("*") || path.hasSuffix("/") || path.hasSuffix("/.") { path = path.dropLast() }
        return (path.isEmpty && word.hasPrefix("/")) || ["~", "$HOME", "${HOME}"].contains(String(path))
    }

    /// The commands of a script as lists of words, roughly: quotes and backslashes are honoured, expansions are not.
    private static func simpleCommands(_ script: String) -> [[String]] {
        var commands: [[String]] = []
        var words: [String] = []
        var word = ""
        var isInWord = false
        var quote: Character?
        var isEscaped = false
        func endWord() {
            // What only leads to the command proper: assignments and wrappers.
            if isInWord, !words.isEmpty || !isLeadIn(word) { words.append(word) }
            word = ""
            isInWord = false
        }
        func endCommand() {
            endWord()
            if !words.isEmpty { commands.append(words) }
            words = []
        }
        for character in script {
            if isEscaped {
                word.append(character)
                isInWord = true
                isEscaped = false
            } else if character == "\\" && quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil } else { word.append(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                isInWord = true
            } else if ";&|()`".contains(character) || character.isNewline {
                endCommand()
            } else if character.isWhitespace {
                endWord()
            } else {
                word.append(character)
                isInWord = true
            }
        }
        endCommand()
        return commands
    }

    private static let leadIns: Set<String> = [
        "sudo", "doas", "env", "nice", "nohup", "exec", "command", "time", "then", "do", "else", "!", "{",
    ]

    private static func isLeadIn(_ word: String) -> Bool {
        if leadIns.contains(word) { return true }
        guard let equals = word.firstIndex(of: "="), equals > word.startIndex else { return false }
        return word[..<equals].allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }
}
