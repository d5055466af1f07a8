// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CCurl

/// Scheme, host and port of a URL exactly as libcurl reads them, so that a check and the request never disagree.
struct HTTPOrigin: Sendable, Hashable, CustomStringConvertible {
    let scheme: String
    let host: String
    let port: String

    /// Makes an origin of its parts.
    init(scheme: String, host: String, port: String) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// Nil when libcurl refuses the URL.
    ///
    /// Needs libcurl loaded.
    init?(url: String) {
        let size = 512
        var parts = [CChar](repeating: 0, count: 3 * size)
        let read = parts.withUnsafeMutableBufferPointer { buffer -> [String]? in
            guard let base = buffer.baseAddress,
                ccurl_url_origin(url, base, base + size, base + 2 * size, size)
            else { return nil }
            return (0..<3).map { String(cString: base + $0 * size) }
        }
        guard let read else { return nil }
        self.init(scheme: read[0].lowercased(), host: read[1].lowercased(), port: read[2])
    }

    /// Whether the host is an address or `localhost`, which need no name service.
    var needsLookup: Bool {
        guard host != "localhost", !host.hasPrefix("[") else { return false }
        return !host.utf8.allSatisfy { $0 == UInt8(ascii: ".") || ($0 >= 0x30 && $0 <= 0x39) }
    }

    var description: String { "\(scheme)://\(host):\(port)" }
}
