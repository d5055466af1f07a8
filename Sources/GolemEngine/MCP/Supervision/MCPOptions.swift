// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The MCP servers of an engine, and what it needs to run them.
package struct MCPOptions: Sendable {
    /// A server of the configuration.
    package struct Server: Sendable, Equatable {
        /// How it is reached.
        package var settings: MCPServerSettings
        /// Whether it runs from the start.
        package var isEnabled: Bool
        /// Tools that the model does not get, by any of their names.
        package var hiddenTools: [String]

        /// Makes a server.
        package init(settings: MCPServerSettings, isEnabled: Bool = true, hiddenTools: [String] = []) {
            self.settings = settings
            self.isEnabled = isEnabled
            self.hiddenTools = hiddenTools
        }
    }

    /// Why the configuration was not written.
    package struct WriteError: Error, Sendable {
        /// A sentence for operators.
        package var message: String

        /// Makes an error.
        package init(_ message: String) { self.message = message }
    }

    /// Writes a key of a server to the configuration file; gives what else the operator should know, or nil.
    ///
    /// Blocks.
    package typealias Write =
        @Sendable (_ server: String, _ key: String, _ value: String) throws(WriteError) -> String?

    /// The servers.
    package var servers: [Server] = []
    /// Makes connections; without one no server can run.
    package var connector: (any MCPConnector)?
    /// Writes the configuration file; nil when there is none.
    package var write: Write?

    /// Makes options without servers.
    package init() {}
}
