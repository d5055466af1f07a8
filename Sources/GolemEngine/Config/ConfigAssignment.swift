// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Where a value of the configuration comes from.
package enum ConfigOrigin: Sendable, Equatable, CustomStringConvertible {
    /// Nobody gave one.
    case standard
    /// The file.
    case file(TextPlace)
    /// A variable of the environment.
    case variable(String)
    /// A flag of the command line.
    case flag(String)

    /// For example `line 3, column 14` or `GOLEM_GATEWAY_PORT`.
    package var description: String {
        switch self {
        case .standard: "default"
        case .file(let place): place.description
        case .variable(let name), .flag(let name): name
        }
    }

    /// `default`, `file`, the variable or the flag.
    package var shortName: String { if case .file = self { "file" } else { description } }
}

/// A value for a key as it was written, not yet checked.
struct ConfigAssignment: Sendable {
    let path: ConfigPath
    let value: JSONValue
    let origin: ConfigOrigin

    /// Whether `${NAME}` in a secret stands for a variable; a variable's own text is taken as it is.
    var expandsVariables: Bool { if case .file = origin { true } else { false } }
}
