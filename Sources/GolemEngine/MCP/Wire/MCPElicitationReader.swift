// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Reads the parameters of `elicitation/create`.
enum MCPElicitationReader {
    /// Why a question cannot be put to a person.
    struct Defect: Error, Equatable {
        let reason: String
    }

    private static let fieldLimit = 64
    private static let optionLimit = 256
    private static let valueLimit = 1_024
    private static let urlLimit = 2_048
    private static let formats: Set<String> = ["email", "uri", "date", "date-time"]

    /// Reads a question; the modes are those of the revision.
    static func read(
        _ params: JSONValue, server: String, revision: MCPRevision?
    ) throws(Defect) -> MCPElicitation {
        guard let message = params["message"]?.stringValue else { throw Defect(reason: "the message is missing") }
        let kind: MCPElicitation.Kind
        switch params["mode"]?.stringValue ?? "form" {
        case "form":
            guard let schema = params["requestedSchema"], schema.objectValue != nil else {
                throw Defect(reason: "requestedSchema is missing")
            }
            kind = .form(try fields(schema))
        case "url" where revision?.hasURLElicitation ?? false:
            guard let url = params["url"]?.stringValue else { throw Defect(reason: "the url is missing") }
            kind = .url(
                try checked(url), id: MCPText.cut(params["elicitationId"]?.stringValue ?? "", valueLimit))
        case let mode: throw Defect(reason: "elicitation in \(MCPText.cut(mode, 100)) mode is not offered")
        }
        return MCPElicitation(server: server, message: MCPText.cut(message, 4_096), kind: kind)
    }

    /// A URL that a person may be asked to open: of the web, with a host that is what it looks like.
    private static func checked(_ url: String) throws(Defect) -> String {
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard scheme == "https" || scheme == "http", let host = QuestionAsked.host(of: url), !host.isEmpty else {
            throw Defect(reason: "the url is not one of the web (http or https)")
        }
        guard url.utf8.count <= urlLimit, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Defect(reason: "the url is too long, or has characters that belong in no URL")
        }
        let authority = url.dropFirst(scheme.count + 3).prefix { !"/?#\\".contains($0) }
        guard !authority.contains("@"), !url.contains("\\") else {
            throw Defect(reason: "the url hides its host")
        }
        return url
    }

    // MARK: the form

    /// The fields of a schema: required ones first, in their order, then the others by name, because an object has no
    /// order.
    private static func fields(_ schema: JSONValue) throws(Defect) -> [QuestionField] {
        let properties = schema["properties"]?.objectValue ?? [:]
        guard properties.count <= fieldLimit else {
            throw Defect(reason: "the form has more than \(fieldLimit) fields")
        }
        let required = (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        var names: [String] = []
        for name in required + properties.keys.sorted() where properties[name] != nil && !names.contains(name) {
            names.append(name)
        }
        var fields: [QuestionField] = []
        for name in names {
            guard name.utf8.count <= valueLimit, isPlain(name) else {
                throw Defect(reason: "the name of a field is too long, or cannot be shown")
            }
            fields.append(
                try field(name, resolved(properties[name] ?? .null, in: schema), isRequired: required.contains(name)))
        }
        return fields
    }

    private static func field(
        _ name: String, _ schema: JSONValue, isRequired: Bool
    ) throws(Defect) -> QuestionField {
        guard let kind = try kind(schema) else {
            throw Defect(reason: "the field \(MCPText.cut(name, 100)) is of a kind that people cannot be asked for")
        }
        var field = QuestionField(
            name: name, title: MCPText.cut(schema["title"]?.stringValue ?? "", 200),
            about: MCPText.cut(schema["description"]?.stringValue ?? "", 1_024), kind: kind, isRequired: isRequired)
        field.preset = preset(schema["default"])
        // What would be refused from a person is no help to one.
        do throws(QuestionField.Misfit) { _ = try field.value(of: nil) } catch { field.preset = nil }
        return field
    }

    /// What can be answered; nil for what the protocol does not allow in a form.
    private static func kind(_ schema: JSONValue) throws(Defect) -> QuestionField.Kind? {
        switch type(schema) {
        case "string":
            if let options = try options(schema) { return .choice(options) }
            guard schema["enum"] == nil, schema["oneOf"] == nil, schema["const"] == nil else { return nil }
            let format = schema["format"]?.stringValue
            return .text(
                format: format.flatMap { formats.contains($0) ? $0 : nil }, minimum: count(schema["minLength"]),
                maximum: count(schema["maxLength"]))
        case "integer", "number":
            return .number(
                isWhole: type(schema) == "integer", minimum: number(schema["minimum"]),
                maximum: number(schema["maximum"]))
        case "boolean": return .flag
        case "array":
            guard let items = schema["items"], let options = try options(items) else { return nil }
            return .choices(options, minimum: count(schema["minItems"]), maximum: count(schema["maxItems"]))
        default: return nil
        }
    }

    private static let unusable = "an enumeration has no options, too many, or ones that cannot be shown"

    private static func options(_ schema: JSONValue) throws(Defect) -> [QuestionField.Option]? {
        let given = schema["enum"]?.arrayValue ?? (schema["oneOf"] ?? schema["anyOf"])?.arrayValue ?? []
        guard given.count <= optionLimit else { throw Defect(reason: unusable) }
        var options: [QuestionField.Option] = []
        if let values = schema["enum"]?.arrayValue {
            let titles = schema["enumNames"]?.arrayValue ?? []
            for (index, value) in values.enumerated() {
                guard let value = value.stringValue else { return nil }
                options.append(.init(value, title: index < titles.count ? titles[index].stringValue : nil))
            }
        } else if let values = (schema["oneOf"] ?? schema["anyOf"])?.arrayValue {
            for option in values {
                guard let value = option["const"]?.stringValue else { return nil }
                options.append(.init(value, title: option["title"]?.stringValue))
            }
        } else if let value = schema["const"]?.stringValue {
            options = [.init(value)]
        } else {
            return nil
        }
        guard !options.isEmpty, options.count <= optionLimit,
            options.allSatisfy({ $0.value.utf8.count <= valueLimit && !$0.value.isEmpty && isPlain($0.value) })
        else { throw Defect(reason: unusable) }
        for index in options.indices { options[index].title = MCPText.cut(options[index].title, 200) }
        return options
    }

    /// The type, where `null` beside it says no more than that the field may be left out.
    private static func type(_ schema: JSONValue) -> String? {
        if let type = schema["type"]?.stringValue { return type }
        let types = (schema["type"]?.arrayValue ?? []).compactMap(\.stringValue).filter { $0 != "null" }
        if types.count == 1 { return types[0] }
        // Enumerations say their type by their values.
        return schema["enum"] != nil || schema["oneOf"] != nil || schema["const"] != nil ? "string" : nil
    }

    /// A property with its reference followed and its `null` variant left out: servers' libraries write both.
    private static func resolved(_ property: JSONValue, in schema: JSONValue, depth: Int = 0) -> JSONValue {
        guard depth < 4, var members = property.objectValue else { return property }
        if let reference = members["$ref"]?.stringValue {
            let parts = reference.split(separator: "/").map(String.init)
            guard parts.count == 3, parts[0] == "#", let target = schema[parts[1]]?[parts[2]] else { return property }
            members["$ref"] = nil
            let merged = (target.objectValue ?? [:]).merging(members) { $1 }
            return resolved(.object(merged), in: schema, depth: depth + 1)
        }
        if let variants = members["anyOf"]?.arrayValue, members["type"] == nil {
            let real = variants.filter { $0["type"] != "null" }
            guard real.count == 1 else { return property }
            members["anyOf"] = nil
            let merged = (real[0].objectValue ?? [:]).merging(members) { $1 }
            return resolved(.object(merged), in: schema, depth: depth + 1)
        }
        if let items = members["items"] { members["items"] = resolved(items, in: schema, depth: depth + 1) }
        return .object(members)
    }

    private static func preset(_ value: JSONValue?) -> [String]? {
        switch value {
        case .string(let text)?: [text]
        case .integer(let number)?: ["\(number)"]
        case .number(let number)?: [Int64(exactly: number).map { "\($0)" } ?? "\(number)"]
        case .bool(let flag)?: [flag ? "yes" : "no"]
        case .array(let values)?: values.compactMap(\.stringValue)
        case nil, .null, .object: nil
        }
    }

    /// Whether a text looks on every screen like what it is: no control characters, none that turn the direction round.
    private static func isPlain(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0..<0x20, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF: false
            default: true
            }
        }
    }

    private static func count(_ value: JSONValue?) -> Int? { value?.integerValue.map { Int(clamping: max(0, $0)) } }

    private static func number(_ value: JSONValue?) -> Double? {
        switch value {
        case .integer(let number)?: Double(number)
        case .number(let number)?: number.isFinite ? number : nil
        default: nil
        }
    }
}

extension [String: QuestionField.Value] {
    /// The answers as a server gets them.
    var json: JSONValue {
        .object(
            mapValues { value in
                switch value {
                case .text(let text): .string(text)
                case .whole(let number): .integer(number)
                case .number(let number): .number(number)
                case .flag(let flag): .bool(flag)
                case .list(let values): .array(values.map { .string($0) })
                }
            })
    }
}
