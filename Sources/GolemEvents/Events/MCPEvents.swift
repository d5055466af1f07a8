// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// `mcp.state`: how an MCP server is, as its live client found it.
public struct MCPStateChanged: EventPayload {
    /// The server's name in the configuration.
    public var server: String
    /// What carries the messages: `stdio`, `http` or `http_sse`.
    public var transport: String
    /// Its health.
    public var health: ServiceHealth
    /// Whether only figures changed: such events are neither shown as news nor kept.
    public var isRoutine: Bool
    /// The protocol revision in use; empty before the first connection.
    public var revision = ""
    /// The server's own name and version; empty before the first connection.
    public var version = ""
    /// The child's process id; nil for HTTP and while there is none.
    public var pid: Int32?
    /// The child's sandbox in a few words; empty for HTTP and before the first connection.
    public var sandbox = ""
    /// How many processes the child consists of, its own children included.
    public var processes = 0
    /// Their resident memory, as last seen; nil when it was never seen.
    public var memoryBytes: Int64?
    /// When an exchange with the server last succeeded; nil when none ever did.
    public var provenAt: Timestamp?
    /// How often the connection was lost since the start.
    public var restarts = 0
    /// Calls that wait for one of the server's places.
    public var waiting = 0
    /// Calls that may run at the same time.
    public var concurrency = 0
    /// Whether an operator's wish is in the configuration file too, and so outlives a restart.
    public var isKept = false

    /// Makes the payload.
    public init(server: String, transport: String, health: ServiceHealth, isRoutine: Bool = false) {
        self.server = server
        self.transport = transport
        self.health = health
        self.isRoutine = isRoutine
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) {
        switch health {
        case .degraded(let reason): health = .degraded(reason: transform(reason))
        case .down(let reason, let retryAt): health = .down(reason: transform(reason), retryAt: retryAt)
        case .starting, .healthy, .disabled: break
        }
        version = transform(version)
    }
}

/// `mcp.tools_changed`: the whole list of an MCP server's tools after a change.
public struct MCPToolsChanged: EventPayload {
    /// A tool of an MCP server.
    public struct Tool: Sendable, Equatable, Codable {
        /// The name that the server knows.
        public var name: String
        /// The name that the model sees: `mcp_<server>_<tool>`.
        public var modelName: String
        /// The beginning of what it does.
        public var summary: String
        /// Whether the server says that it changes nothing.
        public var isReadOnly: Bool
        /// Whether the model does not get it, because the configuration or an operator hides it.
        public var isHidden: Bool
        /// Why the model cannot get it, for example a name that is taken; nil when it can.
        public var refusal: String?

        /// Makes a tool.
        public init(
            name: String, modelName: String, summary: String, isReadOnly: Bool = false, isHidden: Bool = false,
            refusal: String? = nil
        ) {
            self.name = name
            self.modelName = modelName
            self.summary = summary
            self.isReadOnly = isReadOnly
            self.isHidden = isHidden
            self.refusal = refusal
        }

        /// Whether the model gets it while the server is enabled.
        public var isOffered: Bool { !isHidden && refusal == nil }
    }

    /// The server.
    public var server: String
    /// Its tools, in the server's order.
    public var tools: [Tool]
    /// Why the list changed, for example `list_changed` or `hidden by ops1`.
    public var reason: String

    /// Makes the payload.
    public init(server: String, tools: [Tool], reason: String) {
        self.server = server
        self.tools = tools
        self.reason = reason
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) {
        reason = transform(reason)
        for index in tools.indices {
            tools[index].name = transform(tools[index].name)
            tools[index].summary = transform(tools[index].summary)
            tools[index].refusal = tools[index].refusal.map(transform)
        }
    }
}

/// `mcp.stderr`: what an MCP server wrote to its standard error or its log, some lines at a time.
public struct MCPStderr: EventPayload {
    /// The server.
    public var server: String
    /// The lines, oldest first, each cut.
    public var lines: [String]
    /// Lines that were left out before these.
    public var dropped: Int

    /// Makes the payload.
    public init(server: String, lines: [String], dropped: Int = 0) {
        self.server = server
        self.lines = lines
        self.dropped = dropped
    }

    /// Removes secrets.
    public mutating func mapText(_ transform: (String) -> String) { lines = lines.map(transform) }
}
