// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// Changes single keys of the file; everything else in it stays as it was written.
package struct ConfigEditor: Sendable {
    private let locations: ConfigLocations

    /// Makes an editor for the file at these places.
    package init(_ locations: ConfigLocations) { self.locations = locations }

    /// What a change led to.
    package struct Outcome: Sendable, Equatable {
        /// The key in its canonical form.
        package let key: String
        /// Whether the file is different now.
        package let isChanged: Bool
        /// Whether the value is never shown.
        package let isSecret: Bool
        /// What the owner should know about the file as it is now.
        package let warnings: [ConfigProblem]
        /// A variable of the environment that is set and counts instead of the file's value.
        package let overridingVariable: String?
    }

    /// Gives a key a value: `text` is JSON where the key holds a list or an object, and taken as it is otherwise.
    ///
    /// Throws `config_invalid` when the key is unknown, the value is not allowed, or the file would not be usable
    /// because of it.
    package func set(_ key: String, to text: String) throws(ConfigError) -> Outcome {
        let target = try ConfigTarget(key)
        let value = try target.value(text)
        return try change(target) { document throws(ConfigError) in
            document.setting(value, at: target.steps)
        }
    }

    /// Removes a key from the file, so that its default holds.
    package func unset(_ key: String) throws(ConfigError) -> Outcome {
        let target = try ConfigTarget(key)
        return try change(target) { document throws(ConfigError) in
            do throws(JSONSyntaxError) { return try document.removing(target.steps) ?? document.bytes } catch {
                throw ConfigError(code: "config_syntax", subject: locations.file, message: error.reason)
            }
        }
    }

    private func change(
        _ target: ConfigTarget, _ edit: (JSONDocument) throws(ConfigError) -> [UInt8]
    ) throws(ConfigError) -> Outcome {
        try WorkspaceSetup.makeFolder(ConfigLocations.folder(of: locations.file))
        return try ConfigFile.locked(locations.file) { () throws(ConfigError) in
            let present = try ConfigLoader.read(locations)
            let before = try ConfigLoader.parse(present?.bytes ?? Array("{}\n".utf8), path: locations.file)
            let bytes = try edit(before)
            let after = try ConfigLoader.parse(bytes, path: locations.file)
            let known = ConfigLoader.judge(before, locations: locations, followsReferences: false)
            let judged = ConfigLoader.judge(after, locations: locations, followsReferences: false)
            // An error that was there before is not this change's: a broken file is repaired one key at a time.
            let old = Set(known.errors.map(\.message))
            let new = judged.errors.filter { !old.contains($0.message) }
            guard new.isEmpty else {
                throw ConfigError(
                    code: "config_invalid", subject: "\(locations.file) is unchanged",
                    problems: new.map {
                        var problem = $0
                        problem.place = nil
                        return problem
                    })
            }
            let isChanged = present == nil ? bytes != before.bytes : bytes != present?.bytes
            if isChanged {
                do throws(SystemError) { try ConfigFile.replace(locations.file, with: bytes) } catch {
                    throw ConfigFile.notWritable(locations.file, error)
                }
            }
            let variables = ConfigVariables(locations.environment, servers: Array(judged.config.mcpServers.keys))
            let overriding = variables.assignments.first { $0.path.description == target.canonicalKey }
            return Outcome(
                key: target.path.description, isChanged: isChanged, isSecret: target.isSecret,
                warnings: judged.problems.filter { $0.severity != .note },
                overridingVariable: overriding?.origin.description)
        }
    }
}

/// A key as somebody typed it, found in the table.
struct ConfigTarget {
    let path: ConfigPath
    let kind: ConfigKind
    let isSecret: Bool
    /// The key without an entry of `env` or `headers` behind it.
    let canonicalKey: String

    /// Finds a key; of an MCP server also one entry of `env` or `headers`, as in `mcp.servers.files.env.TOKEN`.
    init(_ text: String) throws(ConfigError) {
        let parts = Self.parts(text)
        if let key = ConfigTable.keysByName[parts.map(ConfigTable.normalized).joined(separator: ".")] {
            path = ConfigPath(key.path)
            kind = key.kind
            isSecret = key.isSecret
            canonicalKey = key.path
            return
        }
        if parts.count >= 4, parts.prefix(2).map(ConfigTable.normalized) == ["mcp", "servers"],
            let (name, key, entry) = Self.server(Array(parts.dropFirst(2)))
        {
            path = ConfigPath(["mcp", "servers", name, key.path] + (entry.map { [$0] } ?? []))
            kind = entry == nil ? key.kind : .text()
            isSecret = key.isSecret
            canonicalKey = ConfigPath.server(name, key.path).description
            return
        }
        let normal = parts.map(ConfigTable.normalized).joined(separator: ".")
        let isSection = ConfigTable.sectionsByName[normal] != nil
        let nearest = isSection ? nil : SpellingSuggestion.nearest(to: text, in: ConfigTable.keys.map(\.path))
        let same = ConfigTable.keys.filter {
            ConfigPath($0.path).segments.last.map(ConfigTable.normalized) == parts.last.map(ConfigTable.normalized)
        }
        let hint = (nearest ?? (same.count == 1 && !isSection ? same.first?.path : nil)).map { "; did you mean \($0)?" }
        throw ConfigError(
            code: "config_invalid", subject: "",
            problems: [
                ConfigProblem(
                    .error, code: "unknown_key", key: text,
                    message: isSection
                        ? "\(text) is a section, not a key; see: golem config keys"
                        : "\(text) is no key of the configuration\(hint ?? "; see: golem config keys")")
            ])
    }

    /// The way to the key in a document.
    var steps: [JSONDocument.Step] {
        path.segments.enumerated().map { index, name in
            let isOwn = path.server != nil && (index == 2 || index == 4)
            return isOwn
                ? JSONDocument.Step(exactly: name)
                : JSONDocument.Step(name: name) { ConfigTable.normalized($0) == ConfigTable.normalized(name) }
        }
    }

    /// The value to write for a text.
    func value(_ text: String) throws(ConfigError) -> JSONValue {
        var given = JSONValue.string(text)
        let start = text.trimmed.first
        if kind == .list && start == "[" || kind == .map || kind == .objects || (isSecret && start == "{") {
            do throws(JSONSyntaxError) { given = try JSONDocument(parsing: Array(text.utf8)).root.value } catch {
                throw refused("\(path) is not valid JSON; allowed: \(kind.expectation), as JSON")
            }
        }
        if isSecret, SecretReferences.file(given) != nil { return given }
        switch kind.convert(given) {
        case .value(let value): return value
        case .standard: return given == "" || given == .null ? "" : given.integerValue.map { .integer($0) } ?? 0
        case .refused:
            let shown = isSecret ? SecretMask.mask : SecretMask.parts(given).text
            throw refused("\(path) is \(shown); allowed: \(kind.expectation)")
        }
    }

    private func refused(_ message: String) -> ConfigError {
        ConfigError(
            code: "config_invalid", subject: "",
            problems: [ConfigProblem(.error, code: "value", key: path.description, message: message)])
    }

    /// The names between the dots; `["…"]` holds a name with dots.
    private static func parts(_ text: String) -> [String] {
        var parts: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            if rest.hasPrefix("[\""), let end = rest.firstRange(of: "\"]") {
                parts.append(String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end.lowerBound]))
                rest = rest[end.upperBound...]
            } else {
                let name = rest.prefix { $0 != "." && $0 != "[" }
                // A bracket that closes nothing is part of the name.
                let end = name.isEmpty ? rest.index(after: rest.startIndex) : name.endIndex
                parts.append(String(rest[..<end]))
                rest = rest[end...]
            }
            if rest.hasPrefix(".") { rest = rest.dropFirst() }
        }
        return parts
    }

    /// Server, key and entry of the names after `mcp.servers`; the server's name may have dots.
    private static func server(
        _ parts: [String]
    ) -> (name: String, key: ConfigKey<GolemConfig.MCPServer>, entry: String?)? {
        for index in parts.indices.dropFirst() {
            guard let key = ConfigTable.serverKeysByName[ConfigTable.normalized(parts[index])] else { continue }
            let name = parts[..<index].joined(separator: ".")
            let rest = parts[(index + 1)...]
            if rest.isEmpty { return (name, key, nil) }
            if key.kind == .map { return (name, key, rest.joined(separator: ".")) }
        }
        return nil
    }
}
