// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// One name and value of an HTTP message's header.
package struct HTTPClientHeader: Sendable, Hashable {
    /// The name as sent or received; compare it without regard to case.
    package var name: String
    /// The value without surrounding white space.
    package var value: String

    /// Makes a header.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What to send, and how long to wait for what.
package struct HTTPClientRequest: Sendable {
    /// The method, for example `GET`.
    package var method: String
    /// An absolute `http` or `https` URL.
    package var url: String
    /// The headers; on a redirect to another origin only harmless ones are sent again.
    package var headers: [HTTPClientHeader]
    /// The body; nil sends none.
    package var body: [UInt8]?
    /// How long name lookup, connection and TLS handshake may take together.
    package var connectTimeout: Duration
    /// How long after the connection is there (request upload included) the first byte of the answer may take; nil: as
    /// long as it wants.
    package var firstByteTimeout: Duration?
    /// How long after the connection is there the reader may wait for what it calls progress (see
    /// `HTTPClientBody.noteProgress`), whatever arrives before; nil: no limit.
    ///
    /// For streams which send signs of life long before they send what matters. The idle timeout begins after it.
    package var progressTimeout: Duration?
    /// How long the answer may pause between two pieces; time in which the reader does not read does not count.
    package var idleTimeout: Duration?
    /// How long everything may take, redirects and reading included; nil: no limit.
    package var totalTimeout: Duration?
    /// How many redirects are followed.
    ///
    /// With 0 a redirect is handed back as the answer it is; one more than allowed is the error `too_many_redirects`.
    package var maxRedirects: Int
    /// Asked with the numeric address before each connection attempt and before each request on a kept connection,
    /// after redirects too; false refuses.
    ///
    /// Called on the client's own thread: it must not block.
    package var addressFilter: (@Sendable (_ address: String) -> Bool)?
    /// A proxy URL; nil connects directly, whatever the environment says.
    package var proxy: String?
    /// Whether compressed answers are asked for and unpacked.
    package var acceptsCompression: Bool
    /// Ends the transfer from outside of the task that waits for it.
    package var cancellation: HTTPClientCancellation?

    /// Makes a request.
    package init(
        method: String = "GET", url: String, headers: [HTTPClientHeader] = [], body: [UInt8]? = nil,
        connectTimeout: Duration = .seconds(10), firstByteTimeout: Duration? = nil, progressTimeout: Duration? = nil,
        idleTimeout: Duration? = nil,
        totalTimeout: Duration? = nil, maxRedirects: Int = 0,
        addressFilter: (@Sendable (_ address: String) -> Bool)? = nil, proxy: String? = nil,
        acceptsCompression: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.connectTimeout = connectTimeout
        self.firstByteTimeout = firstByteTimeout
        self.progressTimeout = progressTimeout
        self.idleTimeout = idleTimeout
        self.totalTimeout = totalTimeout
        self.maxRedirects = maxRedirects
        self.addressFilter = addressFilter
        self.proxy = proxy
        self.acceptsCompression = acceptsCompression
    }

    /// Why libcurl must not see this request: characters that would smuggle a second header or request line.
    var defect: String? {
        guard !method.isEmpty, method.utf8.allSatisfy(HTTPToken.isTokenByte) else { return "the method is not a token" }
        guard !url.utf8.contains(where: { $0 < 0x21 || $0 == 0x7F }) else {
            return "the URL contains white space or a control character"
        }
        for header in headers {
            guard !header.name.isEmpty, header.name.utf8.allSatisfy(HTTPToken.isTokenByte) else {
                return "a header name is not a token"
            }
            guard !header.value.utf8.contains(where: { $0 == 0 || $0 == 10 || $0 == 13 }) else {
                return "the value of the header \(header.name) contains a line break"
            }
        }
        return nil
    }
}

/// The token alphabet of RFC 9110, section 5.6.2.
enum HTTPToken {
    /// Whether the byte may stand in a token.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
