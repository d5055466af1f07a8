// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A request that the server answers itself, before any handler sees it; the connection closes afterwards.
package struct HTTPRefusal: Sendable {
    /// Why.
    package enum Reason: Sendable, Equatable {
        /// 400: the request breaks the rules of HTTP/1.1; the text says which.
        case badRequest(String)
        /// 408: the head or the body did not arrive in time.
        case timeout
        /// 413: the body is larger than this many bytes.
        case bodyTooLarge(limit: Int)
        /// 417: `Expect` asks for something other than `100-continue`.
        case expectationFailed
        /// 431: request line and fields are larger than this many bytes.
        case headersTooLarge(limit: Int)
        /// 501: a transfer coding other than `chunked`.
        case notImplementedTransferEncoding(String)
        /// 503: the server stopped before the answer was ready.
        case stopping
    }

    /// Why.
    package let reason: Reason
    /// The method, when the request line was read.
    package let method: String?
    /// The fields, when they were read; otherwise empty.
    package let headers: HTTPFields
    /// Address and port of the client.
    package let peer: String

    package init(reason: Reason, method: String? = nil, headers: HTTPFields = HTTPFields(), peer: String) {
        self.reason = reason
        self.method = method
        self.headers = headers
        self.peer = peer
    }

    /// The status code that fits the reason.
    package var status: Int {
        switch reason {
        case .badRequest: 400
        case .timeout: 408
        case .bodyTooLarge: 413
        case .expectationFailed: 417
        case .headersTooLarge: 431
        case .notImplementedTransferEncoding: 501
        case .stopping: 503
        }
    }

    /// One sentence for the client.
    package var message: String {
        switch reason {
        case .badRequest(let text): text
        case .timeout: "the request did not arrive in time"
        case .bodyTooLarge(let limit): "the request body is larger than \(limit) bytes"
        case .expectationFailed: "only Expect: 100-continue is supported"
        case .headersTooLarge(let limit): "the request head is larger than \(limit) bytes"
        case .notImplementedTransferEncoding: "the only supported Transfer-Encoding is chunked"
        case .stopping: "the server is stopping"
        }
    }
}
