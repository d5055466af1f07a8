// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The arguments of a tool call, read with the tolerance that models need and no more.
///
/// A missing member, `null` and, for optional ones, an empty string are the same. Numbers may be strings. Members that
/// the tool does not know are ignored.
struct ToolCallArguments: Sendable {
    private let members: [String: JSONValue]

    init(_ arguments: JSONValue) {
        members = arguments.objectValue ?? [:]
    }

    /// A string that must be there; it may be empty.
    func string(_ name: String) throws(ToolArgumentError) -> String {
        guard let value = try text(name) else { throw ToolArgumentError(message: "\(name) is required") }
        return value
    }

    /// A string that must be there and hold more than white space; trimmed.
    func nonBlank(_ name: String) throws(ToolArgumentError) -> String {
        let value = try text(name)?.trimmed ?? ""
        guard !value.isEmpty else { throw ToolArgumentError(message: "\(name) is required") }
        return value
    }

    /// A string that may be missing; nil when blank.
    func optionalString(_ name: String) throws(ToolArgumentError) -> String? {
        let value = try text(name)?.trimmed ?? ""
        return value.isEmpty ? nil : value
    }

    /// A whole number that may be missing.
    func optionalInteger(_ name: String) throws(ToolArgumentError) -> Int? {
        guard let value = members[name], value != .null else { return nil }
        if let number = value.integerValue { return Int(clamping: number) }
        if let text = value.stringValue?.trimmed {
            if text.isEmpty { return nil }
            if let number = Int(text) { return number }
        }
        throw ToolArgumentError(message: "\(name) must be a whole number")
    }

    private func text(_ name: String) throws(ToolArgumentError) -> String? {
        switch members[name] {
        case nil, .null?: return nil
        case .string(let value)?: return value
        default: throw ToolArgumentError(message: "\(name) must be a string")
        }
    }
}

/// What is wrong with the arguments of a call, for the model.
struct ToolArgumentError: Error, Sendable, Equatable {
    let message: String
}

/// Builds the JSON schemas of tools.
enum ToolSchema {
    /// One parameter.
    struct Parameter {
        let name: String
        let type: String
        let description: String
        let isRequired: Bool

        static func string(_ name: String, _ description: String, isRequired: Bool = true) -> Parameter {
            Parameter(name: name, type: "string", description: description, isRequired: isRequired)
        }

        static func integer(_ name: String, _ description: String) -> Parameter {
            Parameter(name: name, type: "integer", description: description, isRequired: false)
        }
    }

    /// An object schema that allows nothing else.
    static func object(_ parameters: [Parameter]) -> JSONValue {
        var properties: [String: JSONValue] = [:]
        for parameter in parameters {
            properties[parameter.name] = [
                "type": .string(parameter.type), "description": .string(parameter.description),
            ]
        }
        return [
            "type": "object", "properties": .object(properties), "additionalProperties": false,
            "required": .array(parameters.filter(\.isRequired).map { .string($0.name) }),
        ]
    }
}
