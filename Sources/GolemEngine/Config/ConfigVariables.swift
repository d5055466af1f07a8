// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Finds the keys in the environment: `GOLEM_` and the path in capitals with `_` between the parts.
///
/// All `_` are optional, so `GOLEM_PROVIDERS_OPENAI_APIKEY` is understood. Lists and objects are JSON; a list may also
/// be separated by commas. The name of a secret with `_FILE` behind it gives a file to read it from. Empty variables
/// count as not set.
struct ConfigVariables {
    private(set) var assignments: [ConfigAssignment] = []
    private(set) var problems: [ConfigProblem] = []

    /// Variables that are no keys.
    static let reserved: Set = [
        "GOLEM_HOME", "GOLEM_CONFIG", "GOLEM_WORKSPACE", "GOLEM_BUILTIN_SKILLS_DIR", "GOLEM_SKILLS_INDEX_URL",
        "GOLEM_GITHUB_RAW_BASE_URL",
    ]

    private static let prefix = "GOLEM_"
    private static let keys = Dictionary(
        uniqueKeysWithValues: ConfigTable.keys.map { (compact($0.path), $0) })
    private static let sections = Dictionary(
        uniqueKeysWithValues: ConfigTable.sectionsByName.map { (compact($0.value), $0.key) })

    /// Reads the environment; `servers` are the names of the MCP servers that the file has.
    init(_ environment: [String: String], servers: [String]) {
        let variables = environment.filter {
            $0.key.hasPrefix(Self.prefix) && !$0.value.isEmpty && !Self.reserved.contains($0.key)
                && !$0.key.hasPrefix("GOLEM_TEST_")
        }
        // Whole sections first and the longest names last, so that the more exact variable wins.
        let names = variables.keys.sorted { (Self.rank($0), $0) < (Self.rank($1), $1) }
        for name in names { read(name, variables[name] ?? "", servers: servers) }
    }

    /// The variable for a key.
    static func name(of path: String) -> String {
        prefix + path.uppercased().replacing(".", with: "_")
    }

    private static func compact(_ name: some StringProtocol) -> String {
        name.lowercased().filter { $0 != "_" && $0 != "." && $0 != "-" }
    }

    private static func rank(_ name: String) -> Int {
        let name = compact(name.dropFirst(prefix.count))
        return sections[name] == nil ? 1_000 : name.count
    }

    private mutating func read(_ name: String, _ value: String, servers: [String]) {
        let compact = Self.compact(name.dropFirst(Self.prefix.count))
        if let key = Self.keys[compact] {
            add(ConfigPath(key.path), key.kind, key.isSecret, name, value)
        } else if compact.hasSuffix("file"), let key = Self.keys[String(compact.dropLast(4))], key.isSecret {
            assignments.append(
                ConfigAssignment(path: ConfigPath(key.path), value: ["file": .string(value)], origin: .variable(name)))
        } else if let section = Self.sections[compact] {
            readSection(section, name, value)
        } else if let (server, key) = Self.server(name, servers) {
            add(.server(server, key.path), key.kind, key.isSecret, name, value)
        } else {
            let candidates = ConfigTable.keys.map { Self.name(of: $0.path) } + Self.reserved
            let hint = SpellingSuggestion.nearest(to: name, in: candidates).map { "; did you mean \($0)?" } ?? ""
            problems.append(
                ConfigProblem(
                    .warning, code: "unknown_variable",
                    message: "the variable \(name) is none that Golem knows and has no effect\(hint)"))
        }
    }

    /// The server and the key of `GOLEM_MCP_SERVERS_<NAME>_<KEY>`.
    ///
    /// The server is the one of the file whose name is the same without case, `_`, `-` and `.`; else a new one, in
    /// lower case.
    private static func server(
        _ variable: String, _ servers: [String]
    ) -> (String, ConfigKey<GolemConfig.MCPServer>)? {
        let start = "GOLEM_MCP_SERVERS_"
        guard variable.hasPrefix(start) else { return nil }
        let rest = variable.dropFirst(start.count)
        for key in ConfigTable.serverKeys {
            let end = "_" + key.path.uppercased()
            guard rest.hasSuffix(end), rest.count > end.count else { continue }
            let written = rest.dropLast(end.count)
            return (servers.first { compact($0) == compact(written) } ?? written.lowercased(), key)
        }
        return nil
    }

    private mutating func readSection(_ section: String, _ name: String, _ value: String) {
        guard let document = try? JSONDocument(parsing: Array(value.utf8)), document.root.members != nil else {
            problems.append(
                ConfigProblem(
                    .error, code: "type", key: ConfigTable.sectionsByName[section],
                    message: "\(name) stands for a whole section; allowed: a JSON object"))
            return
        }
        let reader = ConfigDocumentReader(document, section: section, variable: name)
        assignments += reader.assignments
        problems += reader.problems
    }

    private mutating func add(
        _ path: ConfigPath, _ kind: ConfigKind, _ isSecret: Bool, _ name: String, _ text: String
    ) {
        var value = JSONValue.string(text)
        let start = text.trimmed.first
        let isJSON = kind == .list ? start == "[" : kind == .map || kind == .objects || (isSecret && start == "{")
        if isJSON, let parsed = try? JSONDocument(parsing: Array(text.utf8)) {
            value = parsed.root.value
        } else if kind.isCollection, isJSON {
            problems.append(
                ConfigProblem(
                    .error, code: "value", key: path.description,
                    message: "\(path) is not valid JSON; allowed: \(kind.expectation)"
                        + (kind == .list ? ", as JSON or separated by commas" : ", as JSON"), place: name))
            return
        }
        assignments.append(ConfigAssignment(path: path, value: value, origin: .variable(name)))
    }
}
