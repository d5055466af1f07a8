// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A configuration that can be used, with where its values come from.
package struct LoadedConfig: Sendable {
    /// The values.
    package let config: GolemConfig
    /// The places.
    package let locations: ConfigLocations
    /// Whether there is a file; without one the defaults and the environment hold.
    package let isFilePresent: Bool
    /// The workspace, absolute.
    package let workspace: String
    /// The log's file, absolute; nil for standard error.
    package let logFile: String?
    /// Warnings and notes.
    package let problems: [ConfigProblem]
    let origins: [ConfigPath: ConfigOrigin]

    /// What decided the workspace: `--workspace`, `GOLEM_WORKSPACE`, or the mode `default`, `cwd` or `path`.
    package var workspaceSource: String { locations.workspaceSource ?? config.agents.defaults.workspaceMode }

    /// The warnings among the problems.
    package var warnings: [ConfigProblem] { problems.filter { $0.severity == .warning } }

    /// Files that hold secrets or decide what the agent may do, so that no tool of it may touch them.
    package var protectedPaths: [String] {
        [locations.file, locations.credentialsFile] + (logFile.map { [$0] } ?? [])
    }

    /// One key as it may be shown.
    package struct Entry: Sendable, Equatable {
        /// The key.
        package let key: String
        /// The value in effect, secrets masked.
        package let value: JSONValue
        /// `default`, `file`, or the variable or flag that gave it.
        package let source: String
    }

    /// All keys with their values in effect; no secret is among them.
    package var entries: [Entry] {
        let redactor = Redactor(secrets: config.secretValues)
        var entries = ConfigTable.keys.map { key in
            entry(ConfigPath(key.path), key.shown(key.read(config)), redactor)
        }
        for (name, server) in config.mcpServers.sorted(by: { $0.key < $1.key }) {
            entries += ConfigTable.serverKeys.map { key in
                entry(.server(name, key.path), key.shown(key.read(server)), redactor)
            }
        }
        return entries
    }

    /// The values in effect as one object in the file's form; no secret is in it.
    package var shown: JSONValue {
        var root: [String: JSONValue] = [:]
        let redactor = Redactor(secrets: config.secretValues)
        for key in ConfigTable.keys {
            let value = redactor.redact(key.shown(key.read(config)))
            root = Self.inserting(value, at: ConfigPath(key.path).segments[...], into: root)
        }
        for (name, server) in config.mcpServers {
            for key in ConfigTable.serverKeys {
                let value = redactor.redact(key.shown(key.read(server)))
                root = Self.inserting(value, at: ConfigPath.server(name, key.path).segments[...], into: root)
            }
        }
        return .object(root)
    }

    /// Why a server would not start with this; nil when it would.
    package var startObstacle: String? { ConfigRules.publicBind(config.gateway) }

    /// The entries of a key or a section; all of them for nil.
    package func entries(under key: String?) -> [Entry] {
        guard let key else { return entries }
        let wanted = key.split(separator: ".").map(ConfigTable.normalized)
        return entries.filter { entry in
            let names = entry.key.split(separator: ".").map(ConfigTable.normalized)
            return !wanted.isEmpty && names.starts(with: wanted)
        }
    }

    /// The values of a key or a section in the file's form; all of them for nil.
    package func shown(under key: String?) -> JSONValue? {
        var value = shown
        for part in (key ?? "").split(separator: ".") {
            guard
                let member = value.objectValue?.first(where: {
                    ConfigTable.normalized($0.key) == ConfigTable.normalized(part)
                })
            else { return nil }
            value = member.value
        }
        return value
    }

    private func entry(_ path: ConfigPath, _ value: JSONValue, _ redactor: Redactor) -> Entry {
        Entry(
            key: path.description, value: redactor.redact(value),
            source: (origins[path] ?? .standard).shortName)
    }

    private static func inserting(
        _ value: JSONValue, at names: ArraySlice<String>, into object: [String: JSONValue]
    ) -> [String: JSONValue] {
        guard let name = names.first else { return object }
        var object = object
        object[name] =
            names.count == 1
            ? value : .object(inserting(value, at: names.dropFirst(), into: object[name]?.objectValue ?? [:]))
        return object
    }
}

extension Redactor {
    /// A value without the secrets in its texts.
    fileprivate func redact(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(redact(text))
        case .array(let elements): .array(elements.map(redact))
        case .object(let members): .object(members.mapValues(redact))
        default: value
        }
    }
}
