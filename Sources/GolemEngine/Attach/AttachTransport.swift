// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// How an attach client reaches an engine.
///
/// One connection at a time: `connect`, then `accompany` beside the conversation, then `finish`.
package protocol AttachTransport: Sendable {
    /// The engine as it is named in sentences.
    var name: String { get }

    /// Makes a connection; the description of an error is a sentence for the operator.
    func connect() async throws -> UnixSocketConnection

    /// Does what the connection needs besides the conversation, until it ends or the task is cancelled.
    func accompany() async

    /// Frees what the last connection left; gives the reason of its end where the transport knows more than the peer.
    func finish() async -> String?
}

/// The engine's own socket.
package struct SocketTransport: AttachTransport {
    let path: String

    /// Makes a transport to the socket at `path`.
    package init(path: String) { self.path = path }

    package var name: String { "the engine at \(path)" }

    package func connect() async throws -> UnixSocketConnection {
        do { return try await UnixSocketConnection.connect(path: path) } catch {
            throw EngineUnreachable(error, path: path)
        }
    }

    package func accompany() async {}

    package func finish() async -> String? { nil }
}

extension AttachClient.Failure: CustomStringConvertible {
    /// The sentence.
    package var description: String { reason }

    /// Makes a failure.
    package init(_ reason: String) { self.init(reason: reason) }
}
