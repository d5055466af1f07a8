// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The arguments of past tool calls, made fit to be sent again.
enum ToolArguments {
    /// The arguments as a JSON object: as they are when they are one, `{}` for none, and wrapped otherwise.
    ///
    /// APIs refuse a whole conversation for one call with invalid arguments, so such a call must not stay as it is.
    static func object(_ arguments: String) -> JSONValue {
        if arguments.allSatisfy(\.isWhitespace) { return [:] }
        if let value = try? JSONValue(reading: arguments), case .object = value { return value }
        return ["invalid_json": .string(arguments)]
    }
}
