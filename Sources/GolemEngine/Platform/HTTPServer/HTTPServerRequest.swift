// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// One request that passed all checks of syntax and size, with its whole body.
package struct HTTPServerRequest: Sendable {
    /// The method as sent: methods are case-sensitive.
    package let method: String
    /// The path, percent-decoded, without the query.
    ///
    /// Dot segments are left alone: compare exactly, and do not use it as a file name unchecked.
    package let path: String
    /// What follows the first `?`, still encoded.
    package let query: String?
    /// The header fields in the order of the wire.
    ///
    /// There is exactly one `Host` in HTTP/1.1.
    package let headers: HTTPFields
    /// The body, with transfer coding removed.
    package let body: [UInt8]
    /// Address and port of the client, `192.0.2.1:4711` or `[2001:db8::1]:4711`.
    package let peer: String

    package init(method: String, path: String, query: String?, headers: HTTPFields, body: [UInt8], peer: String) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
    }
}
