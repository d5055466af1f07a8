// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The names by which the model knows the tools of one server: each is its tool's own until the engine ends.
///
/// A name never goes to another tool, however the list changes: approvals and rules hold names.
struct MCPToolNames: Sendable {
    /// How many tools get a name; a server that makes up new ones all the time gets no more.
    static let limit = 4_096

    private let server: String
    private var names: [String: String] = [:]
    private var owners: [String: String] = [:]

    init(server: String) { self.server = server }

    /// All names that were given out.
    var all: Set<String> { Set(owners.keys) }

    /// A tool's name; nil when it has none.
    func name(of tool: String) -> String? { names[tool] }

    /// Gives a name to each tool that has none yet; what is listed together is looked at together, so that the order of
    /// the list does not matter.
    mutating func assign(_ tools: [String]) {
        var new: [String] = []
        var wishes: [String: Int] = [:]
        for tool in tools where names[tool] == nil && !new.contains(tool) {
            new.append(tool)
            wishes[MCPToolName.forModel(server: server, tool: tool), default: 0] += 1
        }
        // Who needs no change has its name before those who would become alike.
        for tool in new.filter(MCPToolName.isUnchanged) + new.filter({ !MCPToolName.isUnchanged($0) }) {
            guard names.count < Self.limit else { return }
            var name = MCPToolName.forModel(server: server, tool: tool)
            let isShared = wishes[name, default: 0] > 1 && !MCPToolName.isUnchanged(tool)
            if isShared || owners[name] != nil { name = MCPToolName.distinct(server: server, tool: tool) }
            guard owners[name] == nil else { continue }
            owners[name] = tool
            names[tool] = name
        }
    }
}
