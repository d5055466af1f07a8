// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// How one MCP server is reached, and within which limits.
package struct MCPServerSettings: Sendable, Equatable {
    /// What carries the messages.
    package enum Transport: Sendable, Equatable {
        /// A child process that speaks newline-delimited JSON on its standard streams.
        case stdio(command: String, arguments: [String], environment: [String: String])
        /// Streamable HTTP (revision 2025-03-26 and later).
        case http(url: String, headers: [String: String])
        /// HTTP with server-sent events (revision 2024-11-05); streamable HTTP when the server turns out to speak it.
        case httpSSE(url: String, headers: [String: String])
    }

    /// The name in the configuration.
    package var name: String
    /// What carries the messages.
    package var transport: Transport
    /// How long connecting may take, negotiation and the first list of tools included.
    package var connectTimeout = Duration.seconds(20)
    /// How long one call may take.
    package var callTimeout = Duration.seconds(60)
    /// How long one call may take that keeps telling how far it is: ten times as long, at most half an hour.
    package var callCeiling: Duration { max(callTimeout, min(callTimeout * 10, .seconds(1_800))) }
    /// Calls that run at the same time; more wait.
    package var concurrentCalls = 8
    /// What a child process may see, write, reach and use.
    package var sandbox = SandboxRequest(.none)

    /// Makes settings with the default limits.
    package init(name: String, transport: Transport) {
        self.name = name
        self.transport = transport
    }
}
