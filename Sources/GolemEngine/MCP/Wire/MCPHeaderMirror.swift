// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials

/// Which arguments of a tool HTTP headers repeat (`x-mcp-header`), so that gateways can see them.
struct MCPHeaderMirror: Sendable, Equatable {
    /// Why a tool may not be used.
    struct Defect: Error, Equatable {
        let reason: String
    }

    private struct Entry: Sendable, Equatable {
        var header: String
        var path: [String]
    }

    private var entries: [Entry] = []

    /// Reads a tool's schema.
    init(_ schema: JSONValue) throws(Defect) {
        try read(schema, path: [], isReachable: true)
        var names: Set<String> = []
        for entry in entries where !names.insert(entry.header.lowercased()).inserted {
            throw Defect(reason: "two of its arguments want the header \(entry.header)")
        }
    }

    /// The headers for a call; arguments that are missing or null have none.
    func headers(_ arguments: JSONValue) -> [HTTPClientHeader] {
        entries.compactMap { entry in
            var value: JSONValue? = arguments
            for name in entry.path { value = value?[name] }
            let text: String? =
                switch value {
                case .string(let text): text
                case .integer(let number): String(number)
                case .number: value?.integerValue.map { String($0) }
                case .bool(let flag): flag ? "true" : "false"
                default: nil
                }
            return text.map { HTTPClientHeader("Mcp-Param-\(entry.header)", Self.encoded($0)) }
        }
    }

    /// A value as a header can carry it: as it is, or in base64 between marks.
    static func encoded(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0 == 9 || (0x20...0x7E).contains($0) }
        let isTrimmed = !text.hasPrefix(" ") && !text.hasPrefix("\t") && !text.hasSuffix(" ") && !text.hasSuffix("\t")
        let isMarked = text.hasPrefix("=?base64?") && text.hasSuffix("?=")
        if isPlain, isTrimmed, !isMarked, !text.isEmpty { return text }
        return "=?base64?\(Data(text.utf8).base64EncodedString())?="
    }

    /// Looks for the annotation everywhere; it may stand only where a chain of `properties` leads.
    private mutating func read(_ schema: JSONValue, path: [String], isReachable: Bool) throws(Defect) {
        switch schema {
        case .array(let elements): for element in elements { try read(element, path: path, isReachable: false) }
        case .object(let members):
            if let name = members["x-mcp-header"] { try add(name, members["type"], path, isReachable: isReachable) }
            for (key, member) in members.sorted(by: { $0.key < $1.key }) {
                guard key == "properties", case .object(let properties) = member else {
                    try read(member, path: path, isReachable: false)
                    continue
                }
                for (name, property) in properties.sorted(by: { $0.key < $1.key }) {
                    try read(property, path: path + [name], isReachable: isReachable)
                }
            }
        default: break
        }
    }

    private mutating func add(_ name: JSONValue, _ type: JSONValue?, _ path: [String], isReachable: Bool) throws(Defect)
    {
        guard let header = name.stringValue, !header.isEmpty, header.utf8.allSatisfy(HTTPToken.isTokenByte) else {
            throw Defect(reason: "an x-mcp-header is not the name of a header")
        }
        guard isReachable, !path.isEmpty else {
            throw Defect(reason: "the x-mcp-header \(header) stands where no argument is")
        }
        guard let type = type?.stringValue, ["string", "integer", "boolean"].contains(type) else {
            throw Defect(
                reason: "the x-mcp-header \(header) is on an argument that is not a string, integer or boolean")
        }
        entries.append(Entry(header: header, path: path))
    }
}
