// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Something in the configuration that is wrong or that its owner should know.
///
/// No sentence of it holds a secret.
package struct ConfigProblem: Sendable, Equatable, CustomStringConvertible {
    /// How bad it is.
    package enum Severity: String, Sendable, Equatable {
        /// The configuration cannot be used.
        case error
        /// It can be used, and is probably not what was meant.
        case warning
        /// Worth a line only for somebody who asked.
        case note
    }

    /// How bad it is.
    package var severity: Severity
    /// A stable code: `syntax`, `unreadable`, `value`, `type`, `unknown_key`, `unknown_variable`, `duplicate_key`,
    /// `secret`, `rule`, `file_mode`, `workspace`, `ignored`, `path`,
    /// `no_effect`, `model`.
    package var code: String
    /// The key, as in `gateway.port`, where it is about one.
    package var key: String?
    /// What is wrong and what is allowed, without the place.
    package var message: String
    /// Where: a line and column of the file, a variable or a flag.
    package var place: String?

    /// Makes a problem.
    package init(
        _ severity: Severity, code: String, key: String? = nil, message: String, place: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.key = key
        self.message = message
        self.place = place
    }

    /// The whole sentence.
    package var description: String { place.map { "\(message) (\($0))" } ?? message }
}

/// Why a configuration cannot be used: all that is wrong with it at once.
package struct ConfigError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable code: `config_invalid`, `config_syntax`, `config_unreadable`, `config_missing`, `config_path`,
    /// `config_busy`, `config_not_writable`.
    package var code: String
    /// What the problems are about, for example the path of the file; empty for the words of a command.
    package var subject: String
    /// The errors, at least one, and the warnings.
    package var problems: [ConfigProblem]
    /// Whether the same may succeed later without anybody changing anything.
    package var isRetryable: Bool { code == "config_busy" }

    /// Makes an error.
    package init(code: String, subject: String, problems: [ConfigProblem]) {
        self.code = code
        self.subject = subject
        self.problems = problems
    }

    init(code: String, subject: String, message: String) {
        self.init(
            code: code, subject: subject, problems: [ConfigProblem(.error, code: "path", message: message)])
    }

    /// The errors among the problems.
    package var errors: [ConfigProblem] { problems.filter { $0.severity == .error } }

    /// All errors: one line for one, a list for several.
    package var description: String {
        if errors.count == 1, let error = errors.first { return subject.isEmpty ? "\(error)" : "\(subject): \(error)" }
        return "\(subject) has \(errors.count) errors:" + errors.map { "\n  \($0)" }.joined()
    }
}
