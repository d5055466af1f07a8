// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// A server of the first revision at a URL: one long stream of events brings all messages, POSTs take them.
final class SSETransport: MCPTransport {
    let name = "http_sse"
    let hasOwnStreams = false
    let sendsAtOnce = false
    var pid: Int32? { nil }
    let sandbox = ""

    private let url: String
    private let peer: MCPHTTPPeer
    private let receiver: any MCPReceiver
    private let tasks = TaskRegistry()
    private let endpoint = OneShot<Result<String, MCPError>>()
    private let isClosing = Atomic(false)

    private init(url: String, peer: MCPHTTPPeer, receiver: any MCPReceiver) {
        self.url = url
        self.peer = peer
        self.receiver = receiver
    }

    /// Opens the stream and waits for the address that takes messages.
    static func open(url: String, peer: MCPHTTPPeer, receiver: any MCPReceiver) async throws(MCPError) -> SSETransport {
        let transport = SSETransport(url: url, peer: peer, receiver: receiver)
        transport.tasks.start { await transport.run() }
        switch await transport.endpoint.wait() {
        case .success: return transport
        case .failure(let error):
            await transport.close(isHasty: true)
            throw error
        case nil:
            await transport.close(isHasty: true)
            throw MCPError("cancelled", "connecting was cancelled", mayHaveRun: false, endsConnection: true)
        }
    }

    func send(_ message: MCPOutgoing) async throws(MCPError) {
        guard case .success(let target)? = endpoint.current else { throw Self.ended }
        let response = try await peer.send(peer.post(message, to: target))
        defer { response.body.finish() }
        switch response.status {
        case 200..<300: break
        case 404, 410:
            // The address belongs to the stream; without it no answer would come.
            let error = MCPError(
                "session_lost", "the server does not know the session any more", mayHaveRun: false,
                endsConnection: true)
            receiver.connectionEnded(error, refused: message.id)
            throw error
        case let status: throw MCPHTTPPeer.error(status: status)
        }
    }

    func withdraw(_ id: Int64) -> Bool { false }

    func didNegotiate(_ revision: MCPRevision) {}

    func close(isHasty: Bool) async {
        isClosing.store(true, ordering: .relaxed)
        tasks.cancelAll()
        await tasks.waitUntilEmpty()
    }

    private func run() async {
        do throws(MCPError) {
            let response = try await peer.send(peer.get(url))
            guard response.status == 200, MCPHTTPPeer.type(of: response) == "text/event-stream" else {
                response.body.cancel()
                throw response.status == 200
                    ? MCPError("protocol", "there is no stream of events at this URL", mayHaveRun: false)
                    : MCPHTTPPeer.error(status: response.status)
            }
            try await read(response.body)
            throw Self.ended
        } catch {
            var error = error
            error.endsConnection = true
            endpoint.fulfil(.failure(error))
            if !isClosing.load(ordering: .relaxed) { receiver.connectionEnded(error) }
        }
    }

    private func read(_ body: HTTPClientBody) async throws(MCPError) {
        var parser = ServerSentEventParser(maxEventBytes: peer.limits.message, skipsLongEvents: true)
        do {
            for try await chunk in body {
                for event in try parser.feed(chunk) { try take(event) }
                for event in parser.takeSkipped() {
                    receiver.receive(
                        oversized: MCPOversized(head: event.head, tail: event.tail), limit: peer.limits.message)
                }
            }
        } catch let error as HTTPClientError {
            throw MCPHTTPPeer.error(error)
        } catch let error as MCPError {
            throw error
        } catch {
            throw MCPError("too_large", "the server sent a message of more than \(peer.limits.message) bytes")
        }
    }

    private func take(_ event: ReceivedServerSentEvent) throws(MCPError) {
        switch event.name {
        case "endpoint":
            guard let target = MCPHTTPPeer.resolve(event.data.trimmed, against: url),
                MCPHTTPPeer.isSameOrigin(target, url)
            else {
                // Messages carry the configured headers, which may hold a token for this server only.
                throw MCPError("protocol", "the server wants its messages sent to another origin", mayHaveRun: false)
            }
            endpoint.fulfil(.success(target))
        case "message":
            var data = event.data
            guard let messages = data.withUTF8({ MCPMessage.all(in: $0) }) else {
                return receiver.receive(log: "warning", "not a message: \(MCPText.cut(event.data, 1_024))")
            }
            for message in messages { receiver.receive(message) }
        default: break
        }
    }

    private static let ended = MCPError("closed", "the server ended the stream", endsConnection: true)
}
