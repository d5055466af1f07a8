// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// Connects to MCP servers: starts or reaches them, and agrees on a revision.
package final class MCPClient: MCPConnector {
    private let http: HTTPClient
    private let machine: SandboxMachine
    private let time: any TimeSource
    private let identity: MCPClientIdentity
    private let limits: MCPLimits
    /// The revision that worked last, by server: what a server speaks is a property of it, and a probe costs time.
    private let known = Mutex<[String: MCPRevision]>([:])

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - version: Golem's own version, told to servers.
    ///   - http: what HTTP requests are sent with.
    ///   - time: for deadlines.
    ///   - machine: makes the sandboxes of child processes.
    package convenience init(
        version: String, http: HTTPClient, time: any TimeSource, machine: SandboxMachine = SandboxMachine()
    ) {
        self.init(version: version, http: http, time: time, machine: machine, limits: MCPLimits())
    }

    init(
        version: String, http: HTTPClient, time: any TimeSource, machine: SandboxMachine = SandboxMachine(),
        limits: MCPLimits
    ) {
        self.machine = machine
        self.http = http
        self.time = time
        self.limits = limits
        identity = MCPClientIdentity(version: version)
    }

    package func connect(
        _ settings: MCPServerSettings,
        elicit: @escaping @Sendable (MCPElicitation) async -> MCPElicitationAnswer
    ) async throws(MCPError) -> any MCPConnection {
        let log = Mutex<[String]>([])
        let made = OneShot<MCPClientConnection>()
        let outcome: Result<MCPClientConnection, MCPError>?
        do {
            outcome = try await time.withDeadline(settings.connectTimeout) {
                () -> Result<MCPClientConnection, MCPError> in
                await self.attempt(settings, elicit) { lines in log.withLock { $0 = lines } }.map { connection in
                    made.fulfil(connection)
                    return connection
                }
            }
        } catch {
            await made.current?.close()
            throw MCPError("cancelled", "connecting was cancelled", mayHaveRun: false, endsConnection: true)
        }
        switch outcome {
        case .success(let connection)?: return connection
        case .failure(var error)?:
            error.log = log.withLock { $0 }
            throw error
        case nil:
            // It may have been made at the last moment, when nobody takes it any more.
            await made.current?.close()
            var error = MCPError(
                "timeout", "no connection within \(settings.connectTimeout.shortText)", mayHaveRun: false,
                endsConnection: true)
            error.log = log.withLock { $0 }
            throw error
        }
    }

    private func attempt(
        _ settings: MCPServerSettings, _ elicit: @escaping @Sendable (MCPElicitation) async -> MCPElicitationAnswer,
        _ note: @Sendable ([String]) -> Void
    ) async -> Result<MCPClientConnection, MCPError> {
        let key = "\(settings.name) \(settings.transport)"
        var revision = known.withLock { $0[key] }
        while true {
            do throws(MCPError) {
                let connection = try await open(settings, elicit, note, assuming: revision)
                known.withLock { $0[key] = MCPRevision(rawValue: connection.info.revision) }
                return .success(connection)
            } catch {
                known.withLock { $0[key] = nil }
                // Some servers die of a request before the handshake: they get a second life without one.
                guard revision == nil, error.code == "closed", case .stdio = settings.transport, !Task.isCancelled
                else { return .failure(error) }
                revision = .newestWithHandshake
            }
        }
    }

    private func open(
        _ settings: MCPServerSettings, _ elicit: @escaping @Sendable (MCPElicitation) async -> MCPElicitationAnswer,
        _ note: @Sendable ([String]) -> Void, assuming revision: MCPRevision?
    ) async throws(MCPError) -> MCPClientConnection {
        let link = MCPLink(server: settings.name, client: identity, time: time, elicit: elicit)
        do throws(MCPError) {
            let info = try await negotiate(settings, link, assuming: revision)
            let connection = MCPClientConnection(info: info, link: link, settings: settings)
            connection.start()
            return connection
        } catch {
            await link.close(error, isHasty: true)
            note(link.notices.remainingLines())
            throw error
        }
    }

    private func sandbox(for settings: MCPServerSettings) async throws(MCPError) -> Sandbox {
        do throws(SandboxUnavailable) {
            return try await machine.sandbox(for: settings.sandbox)
        } catch {
            throw MCPError(
                "connect_failed", "it is not started: its sandbox cannot be had: \(error)", mayHaveRun: false,
                endsConnection: true)
        }
    }

    private func negotiate(
        _ settings: MCPServerSettings, _ link: MCPLink, assuming revision: MCPRevision?
    ) async throws(MCPError) -> MCPServerInfo {
        let negotiation = MCPNegotiation(link: link, client: identity, probeTimeout: limits.probe)
        switch settings.transport {
        case .stdio(let command, let arguments, let environment):
            link.transport = try await StdioTransport.start(
                command: command, arguments: arguments, environment: environment,
                sandbox: try await sandbox(for: settings), limits: limits, time: time, receiver: link)
            return try await negotiation.run(assuming: revision)
        case .http(let url, let headers):
            link.transport = StreamableHTTPTransport(
                url: url, peer: MCPHTTPPeer(http: http, headers: headers, limits: limits), time: time, receiver: link)
            return try await negotiation.run(assuming: revision)
        case .httpSSE(let url, let headers):
            let peer = MCPHTTPPeer(http: http, headers: headers, limits: limits)
            let modern = StreamableHTTPTransport(url: url, peer: peer, time: time, receiver: link)
            link.transport = modern
            do throws(MCPError) {
                return try await negotiation.run(assuming: revision)
            } catch {
                guard let status = error.httpStatus, [400, 404, 405, 406, 415, 501].contains(status) else {
                    throw error
                }
            }
            await modern.close(isHasty: true)
            link.transport = try await SSETransport.open(url: url, peer: peer, receiver: link)
            return try await negotiation.run(assuming: .newestWithHandshake)
        }
    }
}
