// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Puts assignments into a configuration, the later ones over the earlier, and collects all that is wrong.
struct ConfigAssembler {
    private(set) var config: GolemConfig
    private(set) var origins: [ConfigPath: ConfigOrigin] = [:]
    private(set) var problems: [ConfigProblem] = []
    /// Texts of secret keys as they were written, whether or not they are right.
    private(set) var secrets: [String] = []

    private let standard: GolemConfig
    /// Nil leaves references as they are.
    private let references: SecretReferences?

    init(standard: GolemConfig, references: SecretReferences?) {
        self.standard = standard
        self.references = references
        config = standard
    }

    /// Puts one value into its place, or notes why not.
    mutating func apply(_ assignment: ConfigAssignment) {
        if let (name, keyName) = assignment.path.server {
            var server = config.mcpServers[name] ?? GolemConfig.MCPServer()
            if let key = ConfigTable.serverKeysByName[ConfigTable.normalized(keyName)] {
                apply(assignment, to: key, &server, standard: GolemConfig.MCPServer())
            }
            config.mcpServers[name] = server
        } else if let key = ConfigTable.keysByName[
            assignment.path.segments.map(ConfigTable.normalized).joined(separator: ".")]
        {
            // Beside the assembler while it is changed: the law of exclusivity.
            var changed = config
            apply(assignment, to: key, &changed, standard: standard)
            config = changed
        }
    }

    private mutating func apply<Root>(
        _ assignment: ConfigAssignment, to key: ConfigKey<Root>, _ root: inout Root, standard: Root
    ) {
        if key.isSecret { secrets += Self.texts(assignment.value) }
        var value = assignment.value
        if key.isSecret, let references {
            do throws(SecretReferences.Failure) {
                guard let found = try resolved(value, key.kind, assignment, references) else {
                    refuse(assignment, key)
                    return
                }
                value = found
            } catch {
                problems.append(
                    ConfigProblem(
                        .error, code: "secret", key: assignment.path.description,
                        message: "\(assignment.path) \(error.message)", place: assignment.origin.description))
                return
            }
        } else if key.isSecret {
            value = key.kind == .map ? value.mappingMembers(SecretReferences.standIn) : SecretReferences.standIn(value)
        }
        switch key.kind.convert(value) {
        case .value(let value): key.write(value, &root)
        case .standard: key.write(key.read(standard), &root)
        case .refused:
            refuse(assignment, key)
            return
        }
        origins[assignment.path] = assignment.origin
    }

    private mutating func refuse<Root>(_ assignment: ConfigAssignment, _ key: ConfigKey<Root>) {
        var text = key.isSecret ? SecretMask.mask : key.shown(assignment.value).text
        if text.count > 80 { text = text.prefix(79) + "…" }
        problems.append(
            ConfigProblem(
                .error, code: "value", key: assignment.path.description,
                message: "\(assignment.path) is \(text); allowed: \(key.kind.expectation)",
                place: assignment.origin.description))
    }

    private func resolved(
        _ value: JSONValue, _ kind: ConfigKind, _ assignment: ConfigAssignment, _ references: SecretReferences
    ) throws(SecretReferences.Failure) -> JSONValue? {
        guard kind == .map, let members = value.objectValue else {
            return try references.text(value, expandsVariables: assignment.expandsVariables)
        }
        var found: [String: JSONValue] = [:]
        for (name, member) in members {
            guard let text = try references.text(member, expandsVariables: assignment.expandsVariables) else {
                return nil
            }
            found[name] = text
        }
        return .object(found)
    }

    private static func texts(_ value: JSONValue) -> [String] {
        switch value {
        case .string(let text): [text]
        case .integer, .number: [value.text]
        case .array(let elements): elements.flatMap(texts)
        case .object(let members): members.values.flatMap(texts)
        default: []
        }
    }
}

extension JSONValue {
    /// The object with each member's value changed; any other value as it is.
    fileprivate func mappingMembers(_ change: (JSONValue) -> JSONValue) -> JSONValue {
        objectValue.map { .object($0.mapValues(change)) } ?? self
    }
}
