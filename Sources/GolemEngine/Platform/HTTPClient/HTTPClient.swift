// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// Sends HTTP requests, any number at once, with libcurl on the thread of an event loop.
///
/// libcurl is loaded with the first request. Connections are kept and shared; an address filter is asked for kept
/// connections too. It speaks HTTP/1.1, has no cookies and no cache, sends no credentials besides those of the request,
/// and uses no proxy unless the request names one.
package final class HTTPClient: Sendable {
    private enum Life {
        case unused
        case running
        case stopped
    }

    private let loop: EventLoop
    private let ownsLoop: Bool
    private let mailbox: CurlMailbox
    private let configuration: CurlLoop.Configuration
    private let life = Mutex(Life.unused)

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - loop: what drives it; nil makes a loop, whose thread starts with the first request.
    ///   - certificateFile: PEM file of the trusted authorities; nil uses the system's.
    ///   - maxIdleConnections: how many connections are kept for later requests.
    package init(loop: EventLoop? = nil, certificateFile: String? = nil, maxIdleConnections: Int = 128) {
        self.loop = loop ?? EventLoop(name: "http-client")
        ownsLoop = loop == nil
        mailbox = CurlMailbox(loop: self.loop)
        configuration = CurlLoop.Configuration(
            certificateFile: certificateFile, maxIdleConnections: maxIdleConnections)
    }

    deinit {
        mailbox.stop()
        if ownsLoop { loop.requestStop() }
    }

    /// Sends a request and returns when the head of the final answer is there.
    ///
    /// Cancelling the task ends the transfer at once. A request on a kept connection that the peer has closed in the same
    /// moment is sent again on a new one when not a byte of an answer has come.
    package func send(_ request: consuming HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        if let defect = request.defect {
            throw HTTPClientError(
                .invalidRequest, "the request cannot be sent: \(defect)", isRetryable: false,
                requestMayHaveBeenSent: false)
        }
        let exchange = HTTPClientExchange(id: mailbox.makeID(), mailbox: mailbox)
        let body = HTTPClientBody(exchange: exchange)
        if let cancellation = request.cancellation, !cancellation.attach(exchange) {
            throw HTTPClientError(
                .cancelled, "the request was cancelled", isRetryable: false, requestMayHaveBeenSent: false)
        }
        try attach()
        guard mailbox.post(.start(consume request, exchange)) else { throw HTTPClient.shutDownError }
        let head = try await exchange.waitForHead()
        return HTTPClientResponse(
            status: head.status, headers: head.headers, effectiveURL: head.effectiveURL, body: body)
    }

    /// Ends all transfers with `cancelled`, which takes a few milliseconds; later requests fail.
    package func shutdown() async {
        let old = life.withLock { exchange(&$0, with: .stopped) }
        mailbox.stop()
        guard old == .running else { return }
        await mailbox.waitUntilClosed()
        if ownsLoop { await loop.stop() }
    }

    static let shutDownError = HTTPClientError(
        .cancelled, "the HTTP client is shut down", isRetryable: false, requestMayHaveBeenSent: false)

    private func attach() throws(HTTPClientError) {
        let failure = life.withLock { life -> HTTPClientError? in
            switch life {
            case .running: return nil
            case .stopped: return HTTPClient.shutDownError
            case .unused:
                guard loop.start() else {
                    return HTTPClientError(
                        .resources, "the thread of the HTTP client cannot be started", isRetryable: true,
                        requestMayHaveBeenSent: false)
                }
                life = .running
                loop.execute { [loop, mailbox, configuration] in
                    CurlLoop.attach(to: loop, mailbox: mailbox, configuration: configuration)
                }
                return nil
            }
        }
        if let failure { throw failure }
    }
}
