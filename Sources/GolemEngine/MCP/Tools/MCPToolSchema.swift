// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The schema of a tool's arguments in the form that all model APIs take: an object with properties at its top, and
/// nothing there that combines schemas.
///
/// One odd tool would make the APIs refuse every request. What is dropped at the top is still checked by the server.
struct MCPToolSchema: Sendable, Equatable {
    /// Why a schema cannot be given to a model.
    struct Defect: Error, Equatable {
        let reason: String
    }

    /// The largest schema that is given to a model.
    static let limit = 64 * 1024
    private static let depthLimit = 8
    private static let combinations = ["allOf", "anyOf", "oneOf"]
    private static let unwanted = ["not", "enum", "const", "if", "then", "else"]

    /// The object schema.
    let value: JSONValue
    /// What the model must know and the schema cannot say; empty when there is nothing.
    let note: String

    /// Reads the schema as a server gave it.
    init(_ given: JSONValue) throws(Defect) {
        guard let members = given.objectValue else {
            value = ["type": "object", "properties": [:]]
            note = ""
            return
        }
        var shapes: [String] = []
        value = .object(try Self.flat(members, in: given, depth: 0, &shapes))
        note = shapes.isEmpty ? "" : MCPText.cut("Arguments must match: " + shapes.joined(separator: "; "), 1_024)
    }

    /// The members of an object schema, without references and combinations at its top.
    private static func flat(
        _ given: [String: JSONValue], in root: JSONValue, depth: Int, _ shapes: inout [String]
    ) throws(Defect) -> [String: JSONValue] {
        guard depth < depthLimit else { throw Defect(reason: "its schema is nested too deeply at its top") }
        var members = try resolved(given, in: root)
        switch members["type"] {
        case nil, .null, .string("object"): break
        case .array(let types) where types.contains("object"): break
        case .some(let type): throw Defect(reason: "its schema is of type \(MCPText.cut(type.text, 60)), not object")
        }
        members["type"] = "object"
        var properties = try self.properties(members["properties"])
        var required = strings(members["required"])
        for key in unwanted { members[key] = nil }
        for key in combinations {
            guard let combined = members.removeValue(forKey: key) else { continue }
            if key != "allOf" { shapes.append("\(key) \(combined.text)") }
            for branch in combined.arrayValue ?? [] {
                guard let branch = branch.objectValue else { continue }
                let part: [String: JSONValue]
                do throws(Defect) { part = try flat(branch, in: root, depth: depth + 1, &shapes) } catch {
                    // One of several may be of another type; all of them must not be.
                    guard key == "allOf" else { continue }
                    throw error
                }
                properties.merge(part["properties"]?.objectValue ?? [:]) { own, _ in own }
                if key == "allOf" { required += strings(part["required"]).filter { !required.contains($0) } }
            }
        }
        members["properties"] = .object(properties)
        members["required"] = required.isEmpty && members["required"] != .array([]) ? nil : .array(required)
        switch members["additionalProperties"] {
        case nil, .bool, .object: break
        default: members["additionalProperties"] = nil
        }
        return members
    }

    /// Follows references at the top; only those into the schema itself lead anywhere.
    private static func resolved(
        _ given: [String: JSONValue], in root: JSONValue
    ) throws(Defect) -> [String: JSONValue] {
        var members = given
        for _ in 0..<depthLimit {
            guard let reference = members.removeValue(forKey: "$ref") else { return members }
            let text = reference.stringValue ?? reference.text
            var target: JSONValue? = text.hasPrefix("#") ? root : nil
            for step in text.dropFirst().split(separator: "/") {
                target = target?[String(step.replacing("~1", with: "/").replacing("~0", with: "~"))]
            }
            guard let found = target?.objectValue else {
                throw Defect(reason: "its schema refers to \(MCPText.cut(text, 60)), which is not in it")
            }
            members.merge(found) { own, _ in own }
        }
        throw Defect(reason: "its schema refers to itself")
    }

    private static func properties(_ given: JSONValue?) throws(Defect) -> [String: JSONValue] {
        switch given {
        case nil, .null, .array([]): return [:]
        case .object(let members):
            return members.mapValues { value in
                switch value {
                case .object, .bool: value
                default: [:]
                }
            }
        default: throw Defect(reason: "the properties of its schema are no object")
        }
    }

    private static func strings(_ value: JSONValue?) -> [JSONValue] {
        (value?.arrayValue ?? []).filter { $0.stringValue != nil }
    }
}
