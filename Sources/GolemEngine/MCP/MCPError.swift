// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Why an MCP server could not be used.
package struct MCPError: Error, Sendable, Equatable {
    /// `connect_failed`, `timeout`, `closed`, `session_lost`, `protocol`, `too_large`, `unauthorized`, `rpc`,
    /// `unsupported`, `cancelled` or `misuse`.
    package var code: String
    /// A sentence for humans, without secrets.
    package var message: String
    /// The JSON-RPC error code for `rpc`.
    package var rpcCode: Int64?
    /// The HTTP status with which the server refused, if that is all that it said.
    package var httpStatus: Int?
    /// Whether the request may have reached the server, so that a repetition could run something twice.
    package var mayHaveRun: Bool
    /// Whether the connection is of no more use.
    package var endsConnection: Bool
    /// The last lines of the server's standard error and log, where connecting failed and nobody else gets them.
    package var log: [String] = []

    /// Makes an error.
    package init(
        _ code: String, _ message: String, rpcCode: Int64? = nil, mayHaveRun: Bool = true,
        endsConnection: Bool = false
    ) {
        self.code = code
        self.message = message
        self.rpcCode = rpcCode
        self.mayHaveRun = mayHaveRun
        self.endsConnection = endsConnection
    }
}
