// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// A server at a URL that takes each message as a POST and answers with JSON or a stream of events.
///
/// In revisions with handshake it may keep a session, and tell things on a stream of its own (GET).
final class StreamableHTTPTransport: MCPTransport {
    private struct State {
        var url: String
        var session: String?
        var revision: MCPRevision?
        var isClosing = false
    }

    /// How many redirects within the server's origin are followed.
    private static let redirectLimit = 3

    let name = "http"
    let hasOwnStreams = true
    let sendsAtOnce = false
    var pid: Int32? { nil }
    let sandbox = ""

    let peer: MCPHTTPPeer
    let time: any TimeSource
    let receiver: any MCPReceiver
    private let tasks = TaskRegistry()
    private let closing = TaskRegistry()
    private let state: Mutex<State>

    init(url: String, peer: MCPHTTPPeer, time: any TimeSource, receiver: any MCPReceiver) {
        self.peer = peer
        self.time = time
        self.receiver = receiver
        state = Mutex(State(url: url))
    }

    var url: String { state.withLock { $0.url } }
    var session: String? { state.withLock { $0.session } }
    var revision: MCPRevision? { state.withLock { $0.revision } }

    func send(_ message: MCPOutgoing) async throws(MCPError) {
        let (response, session) = try await post(message)
        guard (200..<300).contains(response.status) else {
            return try await refuse(response, message, wasInSession: session != nil)
        }
        if message.method == "initialize", let session = response.header("Mcp-Session-Id") {
            state.withLock { $0.session = session }
        }
        guard let id = message.id, response.status != 202 else { return response.body.finish() }
        switch MCPHTTPPeer.type(of: response) {
        case "application/json": try await readJSON(response, id)
        case "text/event-stream": try await readStream(response.body, id, message)
        case let type:
            response.body.cancel()
            throw MCPError("protocol", "the server answers with the content type \"\(MCPText.cut(type, 100))\"")
        }
    }

    func withdraw(_ id: Int64) -> Bool { false }

    func didNegotiate(_ revision: MCPRevision) {
        state.withLock { $0.revision = revision }
        if !revision.isStateless, revision >= .march2025 { tasks.start { await self.listen() } }
    }

    func close(isHasty: Bool) async {
        let (isFirst, url, session) = state.withLock { state in
            let isFirst = !exchange(&state.isClosing, with: true)
            return (isFirst, state.url, exchange(&state.session, with: nil))
        }
        if isFirst {
            tasks.cancelAll()
            if let session {
                let request = peer.delete(url, revision, session: session)
                closing.start { [peer] in (try? await peer.http.send(request))?.body.finish() }
            }
        }
        await tasks.waitUntilEmpty()
        await closing.waitUntilEmpty()
    }

    /// The session is gone: a new handshake is due, and nothing that was in it goes on.
    ///
    /// Of all requests under way only `refused` surely did not run.
    func loseSession(refused: Int64?) -> MCPError {
        state.withLock { $0.session = nil }
        let error = MCPError(
            "session_lost", "the server does not know the session any more", mayHaveRun: false, endsConnection: true)
        receiver.connectionEnded(error, refused: refused)
        return error
    }

    /// Goes where a redirect leads, if that is within the server's origin.
    fileprivate func follow(_ response: HTTPClientResponse) -> Bool {
        let url = self.url
        guard let target = response.header("Location").flatMap({ MCPHTTPPeer.resolve($0, against: url) }),
            MCPHTTPPeer.isSameOrigin(target, url)
        else { return false }
        state.withLock { $0.url = target }
        return true
    }

    private func post(_ message: MCPOutgoing) async throws(MCPError) -> (HTTPClientResponse, String?) {
        for _ in 0...Self.redirectLimit {
            let (url, session) = state.withLock { ($0.url, $0.session) }
            let response = try await peer.send(peer.post(message, to: url, session: session))
            guard HTTPRedirect.isRedirect(response.status) else { return (response, session) }
            response.body.finish()
            let target = response.header("Location").flatMap { MCPHTTPPeer.resolve($0, against: url) }
            // Others than these two turn a POST into a GET.
            guard [307, 308].contains(response.status), follow(response) else {
                let origin = target.flatMap { HTTPOrigin(url: $0)?.description } ?? "nowhere"
                throw MCPError(
                    "connect_failed",
                    "the server redirects to \(origin) (\(response.status)); if that is right, set its URL",
                    mayHaveRun: false)
            }
        }
        throw MCPError("connect_failed", "the server redirects too often", mayHaveRun: false)
    }

    /// Takes a refusal: the JSON-RPC error in it is the answer, if there is one.
    private func refuse(
        _ response: HTTPClientResponse, _ message: MCPOutgoing, wasInSession: Bool
    ) async throws(MCPError) {
        let status = response.status
        let body = try? await response.collect(limit: 65_536).bytes
        let messages = body.flatMap { bytes in bytes.withUnsafeBufferPointer { MCPMessage.all(in: $0) } }
        var remote: MCPRemoteError?
        if case .response(_, .error(let error))? = messages?.first { remote = error }
        if wasInSession, status == 404 || status == 400 && (remote.map(Self.isAboutSession) ?? false) {
            throw loseSession(refused: message.id)
        }
        if status != 401, status != 403, let remote, let id = message.id {
            return receiver.receive(.response(id: id, .error(remote)))
        }
        throw MCPHTTPPeer.error(status: status)
    }

    /// Whether an error with status 400 says that the session is unknown, as some servers do instead of 404.
    ///
    /// Not whether it merely speaks of one: a tool may have a parameter of that name.
    private static func isAboutSession(_ error: MCPRemoteError) -> Bool {
        let text = MCPText.cut(error.message, 1_024).lowercased()
        let phrases = [
            "session id", "session-id", "session not found", "no valid session", "invalid session", "unknown session",
            "session expired", "session has expired", "session terminated", "session has been terminated",
        ]
        return [-32_000, -32_001, -32_600].contains(error.code) && phrases.contains { text.contains($0) }
    }

    private func readJSON(_ response: HTTPClientResponse, _ id: Int64) async throws(MCPError) {
        let (bytes, isTruncated): ([UInt8], Bool)
        do throws(HTTPClientError) {
            (bytes, isTruncated) = try await response.collect(limit: peer.limits.message)
        } catch {
            throw MCPHTTPPeer.error(error)
        }
        guard !isTruncated else { throw tooLarge }
        let isAnswered = await Offload.run(bytes.count) {
            bytes.withUnsafeBufferPointer { MCPMessage.all(in: $0) }.map { deliver($0, id) }
        }
        guard let isAnswered else { throw MCPError("protocol", "the server's answer is no message") }
        guard isAnswered else { throw MCPError("protocol", "the server answered something else") }
    }

    /// Reads the events of an answer until the answer is there; goes on after an interruption where the server can.
    private func readStream(_ body: HTTPClientBody, _ id: Int64, _ message: MCPOutgoing) async throws(MCPError) {
        var place = MCPEventPlace()
        if try await read(body, &place, until: id) { return }
        let isResumable = !(message.revision?.isStateless ?? false)
        var failures = 0
        while isResumable, !place.lastEventID.isEmpty, failures < 5 {
            guard await rest(place.pause(after: failures), message.cancellation) else { break }
            var request = peer.get(url, revision, session: session, lastEventID: place.lastEventID)
            request.cancellation = message.cancellation
            guard let response = try? await peer.http.send(request), response.status < 500 else {
                failures += 1
                continue
            }
            if response.status == 404, session != nil {
                // The call itself was accepted long ago.
                var error = loseSession(refused: nil)
                error.mayHaveRun = true
                throw error
            }
            guard response.status == 200, MCPHTTPPeer.type(of: response) == "text/event-stream" else { break }
            failures += 1
            let before = place.lastEventID
            if try await read(response.body, &place, until: id) { return }
            if place.lastEventID != before { failures = 0 }
        }
        throw MCPError("closed", "the server broke off in the middle of an answer")
    }

    /// Waits for so long; false when the request is given up meanwhile.
    private func rest(_ pause: Duration, _ cancellation: HTTPClientCancellation?) async -> Bool {
        guard let cancellation else { return (try? await time.sleep(for: pause)) != nil }
        return (try? await time.withDeadline(pause) { await cancellation.wait() }) == nil && !Task.isCancelled
    }

    /// Reads events until the stream ends, which is no error; true when the answer to the request was among them.
    func read(_ body: HTTPClientBody, _ place: inout MCPEventPlace, until id: Int64?) async throws(MCPError) -> Bool {
        var parser = ServerSentEventParser(maxEventBytes: peer.limits.message, skipsLongEvents: true)
        var chunks = body.makeAsyncIterator()
        while true {
            let chunk: [UInt8]?
            do throws(HTTPClientError) {
                chunk = try await chunks.next()
            } catch {
                if error.code == .cancelled { throw MCPHTTPPeer.error(error) }
                return false
            }
            guard let chunk else { return false }
            let events = await Offload.run(parser.pendingBytes + chunk.count) { try? parser.feed(chunk) }
            guard let events else {
                body.cancel()
                throw tooLarge
            }
            if let retry = parser.retryMilliseconds { place.retry = .milliseconds(retry) }
            for skipped in parser.takeSkipped() {
                let message = MCPOversized(head: skipped.head, tail: skipped.tail)
                guard id != nil, message.isAnswer, message.id == id || message.id == nil else {
                    receiver.receive(oversized: message, limit: peer.limits.message)
                    continue
                }
                body.cancel()
                throw tooLarge
            }
            place.events += events.count
            for event in events {
                if !event.lastEventID.isEmpty { place.lastEventID = event.lastEventID }
                // An event without data only gives its id.
                guard event.name == "message", !event.data.isEmpty else { continue }
                let isAnswered = await Offload.run(event.data.utf8.count) {
                    var data = event.data
                    return data.withUTF8 { MCPMessage.all(in: $0) }.map { deliver($0, id) }
                }
                guard let isAnswered else {
                    receiver.receive(log: "warning", "not a message: \(MCPText.cut(event.data, 1_024))")
                    continue
                }
                if isAnswered {
                    body.finish()
                    return true
                }
            }
        }
    }

    private func deliver(_ messages: [MCPMessage], _ id: Int64?) -> Bool {
        var isAnswered = false
        for message in messages {
            // The one answer in the answer to a POST is meant, even without its id.
            if let id, case .response(let other, let reply) = message, other == id || other == nil {
                isAnswered = true
                receiver.receive(.response(id: id, reply))
            } else {
                receiver.receive(message)
            }
        }
        return isAnswered
    }

    private var tooLarge: MCPError {
        MCPError("too_large", "the server sent a message of more than \(peer.limits.message) bytes")
    }
}

/// How far a stream of events was read.
struct MCPEventPlace {
    var lastEventID = ""
    /// How long the server wants to be left alone before the next attempt.
    var retry: Duration?
    /// How many events there were.
    var events = 0

    /// The wait before the next attempt: never none at all, whatever the server wants.
    func pause(after failures: Int) -> Duration {
        min(max(.seconds(1), retry ?? .seconds(1)) * (1 << min(failures, 6)), .seconds(60))
    }
}

extension StreamableHTTPTransport {
    /// Listens to what the server says unasked, as long as the connection lasts, if it offers that.
    func listen() async {
        var place = MCPEventPlace()
        var failures = 0
        var wasInterrupted = false
        while !Task.isCancelled {
            let session = self.session
            var request = peer.get(url, revision, session: session, lastEventID: place.lastEventID)
            request.idleTimeout = peer.limits.streamSilence
            if let response = try? await peer.http.send(request) {
                switch response.status {
                case 200 where MCPHTTPPeer.type(of: response) == "text/event-stream":
                    let before = place.events
                    // What was said in between is lost, unless the server can go on from the last event.
                    if wasInterrupted, place.lastEventID.isEmpty { assumeChanges() }
                    wasInterrupted = true
                    guard (try? await read(response.body, &place, until: nil)) != nil else { return }
                    // A stream that ends without having said anything is no success.
                    if place.events > before { failures = 0 }
                case 404 where session != nil:
                    _ = loseSession(refused: nil)
                    return
                case 307, 308:
                    response.body.cancel()
                    guard follow(response) else { return }
                // These may pass.
                case 401, 408, 425, 429: response.body.cancel()
                case 200..<500: return response.body.cancel()
                default: response.body.cancel()
                }
            }
            failures += 1
            guard (try? await time.sleep(for: place.pause(after: failures - 1))) != nil else { return }
        }
    }

    private func assumeChanges() {
        for list in ["tools", "resources", "prompts"] {
            receiver.receive(.notification(method: "notifications/\(list)/list_changed", params: .null))
        }
    }
}
