// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemEvents

/// The tools of a test by name.
struct ToolBox: Sendable {
    let tools: [any Tool]
    /// Kept until the last call is done.
    var workspace: Workspace?

    func call(_ name: String, _ arguments: JSONValue = [:]) async -> ToolResult {
        guard let tool = tools.first(where: { $0.definition.name == name }) else { return .error("no such tool") }
        let context = ToolContext(requestID: "r", session: "s", channel: "c", chatID: "1", sender: "me")
        return await tool.call(arguments, context: context)
    }

    /// The result parsed as JSON; null when it is none.
    func json(_ name: String, _ arguments: JSONValue = [:]) async -> JSONValue {
        (try? JSONValue(parsing: await call(name, arguments).content)) ?? .null
    }
}

/// A workspace as the engine lays it out, in a home with a configuration.
struct Workspace: Sendable {
    let scratch = Scratch()
    let files: WorkspaceFiles
    /// What no tool may show; other tests have other ones.
    let secret = "TOP-SECRET-\(UInt64.random(in: .min ... .max))"

    var path: String { scratch.at("home/ws") }

    init() throws {
        for name in ["home", "home/ws", "home/ws/state", "home/ws/sub"] { scratch.makeDirectory(name) }
        scratch.write("home/ws/state/approvals.json", secret)
        scratch.write("home/config.json", secret)
        files = try WorkspaceFiles(root: scratch.at("home/ws"), protected: ["state", scratch.at("home/config.json")])
    }

    func write(_ name: String, _ text: String) { scratch.write("home/ws/\(name)", text) }
    func read(_ name: String) -> String? { scratch.read("home/ws/\(name)") }
    func names(_ name: String = "") -> [String] { Scratch.names(path + "/" + name) }
}
