// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// Sends one command to a running engine, for the command line.
package struct ControlClient: Sendable {
    /// Why a command got no reply.
    package struct Failure: Error, Sendable, Equatable {
        /// `no_engine` when nobody listens, `unreadable` when the workspace keeps us out, else `no_reply`.
        package let code: String
        /// A sentence with the next step.
        package let message: String
    }

    private let path: String
    private let time: any TimeSource

    /// Makes a client of the engine of a workspace.
    package init(workspace: String, time: any TimeSource) {
        path = workspace + "/state/golem.sock"
        self.time = time
    }

    /// Sends a command and waits at most `limit` for its reply.
    package func send(_ command: Command, limit: Duration = .seconds(10)) async throws(Failure) -> CommandReply {
        let connection: UnixSocketConnection
        do {
            connection = try await UnixSocketConnection.connect(path: path)
        } catch {
            let reason = EngineUnreachable(error, path: path)
            throw Failure(code: reason.code, message: reason.description)
        }
        defer { connection.close() }
        let peer = AttachPeer(connection: connection)
        let hello = LinkMessage.Hello(
            version: LinkMessage.version, build: GolemVersion.current, features: [], wantsEvents: false,
            isReadOnly: false)
        guard await peer.send(.hello(hello)), await peer.send(.command(command)) else {
            throw Failure(code: "no_reply", message: "the engine closed the connection")
        }
        let outcome = try? await time.withDeadline(limit) { () -> Result<CommandReply, Failure>? in
            while let message = await peer.next() {
                if case .reply(let reply) = message { return .success(reply) }
                if case .bye(let reason) = message { return .failure(Failure(code: "no_reply", message: reason)) }
            }
            return nil
        }
        guard let outcome, let result = outcome else {
            throw Failure(
                code: "no_reply",
                message: "the engine gave no reply; whether the command took effect is unknown (see golem status)")
        }
        return try result.get()
    }
}
