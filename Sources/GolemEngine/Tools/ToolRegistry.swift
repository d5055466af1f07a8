// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The tools of an engine by name, in a fixed order (a stable order keeps provider-side prompt caches warm).
package struct ToolRegistry: Sendable {
    /// The tools in the order in which they were registered.
    package private(set) var tools: [any Tool] = []
    private var byName: [String: any Tool] = [:]

    /// Makes an empty registry.
    package init() {}

    /// Adds a tool; false when the name is taken, and then nothing changes.
    package mutating func register(_ tool: any Tool) -> Bool {
        let name = tool.definition.name
        guard byName[name] == nil else { return false }
        byName[name] = tool
        tools.append(tool)
        definitions.append(tool.definition)
        return true
    }

    /// The tool of that name.
    package func tool(named name: String) -> (any Tool)? { byName[name] }

    /// Why a tool that the model knew is gone; nil when it never was there or still is.
    package func absence(of name: String) -> String? { byName[name] == nil ? absent[name] : nil }

    /// Notes tools that were there and are gone, with the reason for the model.
    package mutating func noteAbsent(_ reasons: [String: String]) {
        if !reasons.isEmpty { absent.merge(reasons) { first, _ in first } }
    }

    private var absent: [String: String] = [:]

    /// All definitions, in order.
    package private(set) var definitions: [ToolDefinition] = []
}
