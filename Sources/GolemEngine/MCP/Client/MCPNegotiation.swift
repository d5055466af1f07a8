// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Agrees with a server on a revision: the newest first.
///
/// Servers without handshake know `server/discover`; the others answer it with an error or not at all, and get
/// `initialize`.
struct MCPNegotiation: Sendable {
    /// What the answer to the probe means.
    enum Verdict: Equatable {
        /// A server without handshake, which speaks this revision.
        case stateless(MCPRevision)
        /// A server with handshake; the newest revision that it may speak.
        case handshake(MCPRevision)
        /// Nothing in common.
        case hopeless([String])
    }

    /// Requests of the negotiation are bounded by the time for connecting, which is shorter.
    private static let patience = Duration.seconds(3_600)

    let link: MCPLink
    let client: MCPClientIdentity
    /// How long a server may take to answer the probe before it gets `initialize`; it may still be starting.
    let probeTimeout: Duration

    /// Whether a bare status is how an older server refuses the probe.
    ///
    /// Not 405: where no POST is taken, the handshake cannot be made either.
    private static func isOfOlderServer(_ status: Int?) -> Bool {
        guard let status else { return false }
        return (400...501).contains(status) && ![401, 403, 405, 408, 429].contains(status)
    }

    /// Reads the answer to `server/discover`.
    static func verdict(_ reply: MCPReply) -> Verdict {
        let names: [String]
        switch reply {
        case .result(let result):
            guard let supported = result["supportedVersions"]?.arrayValue else {
                // Not what `server/discover` gives: a server that answers anything.
                return .handshake(.newestWithHandshake)
            }
            names = supported.compactMap(\.stringValue)
        case .error(let error):
            guard error.isOfStatelessServer else { return .handshake(.newestWithHandshake) }
            names = error.supported
            // The request was wrong, not its revision: the next one will show it.
            if names.isEmpty { return .stateless(.july2026) }
        }
        if let revision = MCPRevision.newest(of: names, where: \.isStateless) {
            // An error although the revision is supported has another reason, which the second request will show.
            return .stateless(revision)
        }
        if let revision = MCPRevision.newest(of: names) { return .handshake(revision) }
        return .hopeless(names)
    }

    /// Negotiates; `assuming` is what worked before.
    func run(assuming known: MCPRevision?) async throws(MCPError) -> MCPServerInfo {
        if let known, !known.isStateless { return try await handshake(known) }
        link.revision = .july2026
        let silence: MCPError
        do throws(MCPError) {
            return try await accept(try await link.reply(to: .discover, timeout: probeTimeout))
        } catch {
            guard error.code == "timeout" || Self.isOfOlderServer(error.httpStatus) else { throw error }
            silence = error
        }
        do throws(MCPError) {
            return try await handshake(.newestWithHandshake)
        } catch {
            // It knows no handshake after all, and was only slow to start: it may be ready now.
            guard silence.code == "timeout", error.code == "rpc" else { throw error }
            link.revision = .july2026
            return try await accept(try await link.reply(to: .discover, timeout: Self.patience))
        }
    }

    /// Goes on from the answer to the probe.
    private func accept(_ probe: MCPReply) async throws(MCPError) -> MCPServerInfo {
        switch Self.verdict(probe) {
        case .stateless(let revision):
            link.revision = revision
            guard case .result(let result) = probe else {
                return agreed(revision, try await link.result(of: .discover, timeout: Self.patience))
            }
            return agreed(revision, result)
        case .handshake(let revision): return try await handshake(revision)
        case .hopeless(let names):
            throw MCPError(
                "unsupported", "the server speaks only \(names.joined(separator: ", ")), which Golem does not",
                mayHaveRun: false, endsConnection: true)
        }
    }

    private func handshake(_ wanted: MCPRevision) async throws(MCPError) -> MCPServerInfo {
        var wanted = wanted
        link.revision = nil
        while true {
            let request = MCPRequest.initialize(wanted, client: client)
            switch try await link.reply(to: request, timeout: Self.patience) {
            case .result(let result):
                let name = result["protocolVersion"]?.stringValue ?? ""
                guard let revision = MCPRevision(rawValue: name), !revision.isStateless else {
                    throw MCPError(
                        "unsupported",
                        "the server wants revision \"\(MCPText.cut(name, 40))\", which Golem does not speak",
                        mayHaveRun: false, endsConnection: true)
                }
                link.revision = revision
                try await link.notify("notifications/initialized")
                return agreed(revision, result)
            case .error(let error):
                let other = MCPRevision.newest(of: error.supported) { !$0.isStateless && $0 < wanted }
                guard let other else {
                    var error = error.asError
                    error.mayHaveRun = false
                    error.endsConnection = true
                    throw error
                }
                wanted = other
            }
        }
    }

    private func agreed(_ revision: MCPRevision, _ result: JSONValue) -> MCPServerInfo {
        var info = MCPServerInfo()
        let server = result["serverInfo"] ?? result["_meta"]?["io.modelcontextprotocol/serverInfo"]
        info.name = MCPText.cut(server?["name"]?.stringValue ?? "", 200)
        info.version = MCPText.cut(server?["version"]?.stringValue ?? "", 100)
        info.revision = revision.rawValue
        info.instructions = MCPText.cut(result["instructions"]?.stringValue ?? "", 16_384)
        let capabilities = result["capabilities"]
        info.hasTools = capabilities?["tools"]?.objectValue != nil
        info.hasResources = capabilities?["resources"]?.objectValue != nil
        info.hasPrompts = capabilities?["prompts"]?.objectValue != nil
        info.transport = link.transport?.name ?? ""
        info.pid = link.transport?.pid
        info.sandbox = link.transport?.sandbox ?? ""
        link.transport?.didNegotiate(revision)
        return info
    }
}
