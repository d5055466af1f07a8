// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// Everything that an engine needs to know before it starts; made from the configuration by the caller.
package struct EngineOptions: Sendable {
    /// The workspace, an absolute path.
    package var workspace: String
    /// Where the gateway listens; nil for no gateway.
    package var gateway: GatewayOptions?
    /// The models.
    package var models: any ModelService = NoModelService()
    /// What is wrong with the configured models; nil when each of them can be asked.
    package var modelHealth: ServiceHealth?
    /// The tools.
    package var tools = ToolRegistry()
    /// Finds out what the commands of the shell tool are kept from; nil without that tool.
    package var sandboxReport: (@Sendable () async -> ToolSandboxReported)?
    /// The MCP servers.
    package var mcp = MCPOptions()
    /// The chat platforms.
    package var channels: [any Channel] = []
    /// Limits of a turn.
    package var limits = TurnLimits()
    /// How outbound messages are sent.
    package var delivery = DeliveryLimits()
    /// Policy at start.
    package var policy = PolicyRules()
    /// How long the mode off holds after it was set, where the configuration says so.
    package var policyOffTTL: Duration?
    /// Whether the mode off may hold for ever.
    package var allowsPersistentOff = false
    /// Who may decide approvals in a chat: `channel:sender` or `channel:*`.
    package var approvers: [String] = []
    /// Where the audit log is, its size and number of files; the path is nil for the one in the workspace.
    package var audit: (path: String?, sizeLimit: Int, fileLimit: Int) = (nil, 64 << 20, 20)
    /// Where the configuration is, for commands that keep a change; nil when there is none.
    package var configLocations: ConfigLocations?
    /// Turns that run at the same time.
    package var concurrentTurns = 256
    /// Messages that wait or run before further ones are refused.
    package var messageCapacity = 10_000
    /// How long running turns may go on when the engine stops.
    package var stopGrace = Duration.seconds(10)
    /// Days that events are kept in the store.
    package var eventDays = 14
    /// Where the log goes; nil for no log.
    package var log: LogOptions?
    /// Values that must not appear in any output.
    package var secrets: [String] = []
    /// Warnings to publish at start, by code.
    package var warnings: [(code: String, message: String)] = []
    /// Whether this is the demo.
    package var isDemo = false
    /// The host's name, for display.
    package var host = "localhost"
    /// Drives gateway, HTTP client and turns on one thread; ends with the engine.
    package var loop = EventLoop(name: "golem-loop")
    /// When the process began.
    package var startedAt: Timestamp
    /// The clocks.
    package var time: any TimeSource

    /// Makes options with the defaults.
    package init(workspace: String, startedAt: Timestamp, time: any TimeSource) {
        self.workspace = workspace
        self.startedAt = startedAt
        self.time = time
    }
}

/// Where and how the HTTP gateway listens.
package struct GatewayOptions: Sendable, Equatable {
    /// The host name or address.
    package var host = "127.0.0.1"
    /// The port; 0 takes any free one.
    package var port = 18_790
    /// The bearer token; empty for none.
    package var token = ""
    /// How long a request waits for its answer before it gets 504; the turn goes on.
    package var answerTimeout = Duration.seconds(900)

    /// Makes the defaults.
    package init() {}
}
