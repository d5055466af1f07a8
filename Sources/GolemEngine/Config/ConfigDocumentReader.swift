// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Finds the keys in a document: what is known becomes an assignment, what is not a warning.
struct ConfigDocumentReader {
    private(set) var assignments: [ConfigAssignment] = []
    private(set) var problems: [ConfigProblem] = []
    private let origin: (Int) -> ConfigOrigin

    /// Reads a file.
    init(_ document: JSONDocument) {
        origin = { .file(document.place(of: $0)) }
        guard document.root.members != nil else {
            problems.append(
                ConfigProblem(
                    .error, code: "type", message: "the configuration must be an object", place: "line 1, column 1"))
            return
        }
        readSection(document.root, "", "")
    }

    /// Reads a variable that holds the section with this normalised name as JSON.
    init(_ document: JSONDocument, section name: String, variable: String) {
        origin = { _ in .variable(variable) }
        let written = ConfigTable.sectionsByName[name] ?? name
        if name == "mcp.servers" { readServers(document.root) } else { readSection(document.root, name, written) }
    }

    private mutating func readSection(_ node: JSONDocument.Node, _ name: String, _ written: String) {
        guard let members = object(node, written) else { return }
        for member in members {
            let part = ConfigTable.normalized(member.name)
            let full = name.isEmpty ? part : name + "." + part
            if let key = ConfigTable.keysByName[full] {
                noteRepetition(of: member, in: members, key: key.path)
                add(ConfigPath(key.path), member.node)
            } else if full == "mcp.servers" {
                readServers(member.node)
            } else if let section = ConfigTable.sectionsByName[full] {
                readSection(member.node, full, section)
            } else if ConfigTable.retired.contains(full) {
                note(.note, "ignored", full, "\(full) means nothing to this server and is passed over", member)
            } else {
                readUnknown(member, in: written)
            }
        }
    }

    private mutating func readServers(_ node: JSONDocument.Node) {
        guard let servers = object(node, "mcp.servers") else { return }
        for server in servers {
            let shown = ConfigPath(["mcp", "servers", server.name]).description
            if server.name.isEmpty || server.name.trimmed != server.name {
                note(
                    .error, "value", shown,
                    server.name.isEmpty
                        ? "an MCP server has an empty name"
                        : "the MCP server \(JSONValue.string(server.name).text) has white space around its name; "
                            + "allowed: \(JSONValue.string(server.name.trimmed).text)", server)
                continue
            }
            guard let members = object(server.node, shown) else { continue }
            // A server without keys is one too, and is missing its transport.
            add(.server(server.name, ""), server.node)
            for member in members {
                if let key = ConfigTable.serverKeysByName[ConfigTable.normalized(member.name)] {
                    noteRepetition(of: member, in: members, key: "\(shown).\(key.path)")
                    add(.server(server.name, key.path), member.node)
                } else {
                    let nearest = SpellingSuggestion.nearest(to: member.name, in: ConfigTable.serverKeys.map(\.path))
                    unknown(member, "\(shown).\(member.name)", nearest.map { "\(shown).\($0)" })
                }
            }
        }
    }

    private mutating func readUnknown(_ member: JSONDocument.Member, in section: String) {
        let prefix = section.isEmpty ? "" : section + "."
        var nearest = SpellingSuggestion.nearest(to: member.name, in: ConfigTable.names(in: section))
            .map { prefix + $0 }
        if nearest == nil {
            // The right name in the wrong place.
            let part = ConfigTable.normalized(member.name)
            let same = ConfigTable.keys.filter { ConfigPath($0.path).segments.last.map(ConfigTable.normalized) == part }
            if same.count == 1 { nearest = same.first?.path }
        }
        unknown(member, prefix + member.name, nearest)
    }

    private mutating func unknown(_ member: JSONDocument.Member, _ key: String, _ nearest: String?) {
        let hint = nearest.map { "; did you mean \($0)?" } ?? ""
        note(.warning, "unknown_key", key, "\(key) is no key of the configuration and has no effect\(hint)", member)
    }

    /// The members of a section; nothing for `null`, an error for anything else.
    private mutating func object(_ node: JSONDocument.Node, _ written: String) -> [JSONDocument.Member]? {
        if let members = node.members { return members }
        guard !node.isNull else { return nil }
        // The value is not shown: it may be a secret in the wrong place.
        problems.append(
            ConfigProblem(
                .error, code: "type", key: written,
                message: "\(written.isEmpty ? "the configuration" : written) must be an object",
                place: origin(node.range.lowerBound).description))
        return nil
    }

    private mutating func add(_ path: ConfigPath, _ node: JSONDocument.Node) {
        assignments.append(
            ConfigAssignment(path: path, value: node.value, origin: origin(node.range.lowerBound)))
    }

    private mutating func noteRepetition(of member: JSONDocument.Member, in members: [JSONDocument.Member], key: String)
    {
        let name = ConfigTable.normalized(member.name)
        guard let first = members.first(where: { ConfigTable.normalized($0.name) == name }),
            first.nameRange != member.nameRange
        else { return }
        note(.warning, "duplicate_key", key, "\(key) is given more than once; this last one counts", member)
    }

    private mutating func note(
        _ severity: ConfigProblem.Severity, _ code: String, _ key: String, _ message: String,
        _ member: JSONDocument.Member
    ) {
        problems.append(
            ConfigProblem(
                severity, code: code, key: key, message: message,
                place: origin(member.nameRange.lowerBound).description))
    }
}
