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

    /// The key of a whole MCP server.
    package static func key(ofServer name: String) -> String { ConfigPath(["mcp", "servers", name]).description }

    /// Gives a key a value: `text` is JSON where the key holds a list or an object, and taken as it is otherwise.
    ///
    /// An MCP server may be set as a whole, with a JSON object; what is in it is checked like the rest of the file.
    ///
    /// Throws `config_invalid` when the key is unknown, the value is not allowed, or the file would not be usable
    /// because of it.
    package func set(_ key: String, to text: String) throws(ConfigError) -> Outcome {
        let target = try ConfigTarget(key, takesServer: text.trimmed.first == "{")
        let value = try target.value(text)
        return try change(target) { document throws(ConfigError) in
            document.setting(value, at: target.steps)
        }
    }

    /// Removes a key from the file, so that its default holds; or a whole MCP server, which must be there.
    package func unset(_ key: String) throws(ConfigError) -> Outcome {
        let target = try ConfigTarget(key, takesServer: true)
        return try change(target) { document throws(ConfigError) in
            let bytes: [UInt8]?
            do throws(JSONSyntaxError) { bytes = try document.removing(target.steps) } catch {
                throw ConfigError(code: "config_syntax", subject: locations.file, message: error.reason)
            }
            if bytes == nil, target.isServer {
                let name = target.path.segments[2]
                // With a dot it may be a key that is wrong.
                if name.contains(".") { _ = try ConfigTarget(key) }
                throw ConfigError(
                    code: "config_invalid", subject: locations.file, message: "there is no MCP server \(name) in it")
            }
            return bytes ?? document.bytes
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
                let isNewServer = target.path.server.map { known.config.mcpServers[$0.name] == nil } ?? false
                let hint = isNewServer ? "; a new server is added as a whole, see: golem help mcp add" : ""
                throw ConfigError(
                    code: "config_invalid", subject: "\(locations.file) is unchanged",
                    problems: new.map {
                        var problem = $0
                        problem.place = nil
                        problem.message += hint
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
    /// Whether it is a whole MCP server.
    private(set) var isServer = false

    /// Finds a key; of an MCP server also one entry of `env` or `headers`, as in `mcp.servers.files.env.TOKEN`.
    ///
    /// With `takesServer` it may be a server as a whole, too: `mcp.servers.files`.
    init(_ text: String, takesServer: Bool = false) throws(ConfigError) {
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
        if takesServer, parts.count >= 3, parts.prefix(2).map(ConfigTable.normalized) == ["mcp", "servers"] {
            path = ConfigPath(["mcp", "servers", parts.dropFirst(2).joined(separator: ".")])
            kind = .map
            // Its variables and headers may hold secrets.
            isSecret = true
            canonicalKey = path.description
            isServer = true
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
            let isOwn = (path.server != nil || isServer) && (index == 2 || index == 4)
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
        if isServer {
            guard let members = given.objectValue, !members.isEmpty else {
                throw refused("\(path) is no object; a server has at least a transport and a command or a url")
            }
            return given
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
