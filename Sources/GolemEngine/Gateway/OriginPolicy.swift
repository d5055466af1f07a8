// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Keeps web pages from using a gateway that only its owner may reach.
///
/// Two doors are closed: a page of another site that posts to the gateway (its browser says so in `Origin`), and, for a
/// gateway on a loopback address, a name of the attacker that resolves to 127.0.0.1, so that the page seems to be
/// the gateway's own (DNS rebinding; then `Host` carries that name). Programs send no `Origin` and pass.
package struct OriginPolicy: Sendable {
    /// Whether a request may go on.
    package enum Verdict: Sendable, Equatable {
        case allowed
        /// The sentence says why, for the answer with 403.
        case refused(String)
    }

    private let isLoopback: Bool

    /// Makes the policy for a gateway that is bound to `boundHost`, as it is configured.
    package init(boundHost: String) {
        isLoopback = Self.isLoopback(HostAndPort.withoutBrackets(boundHost))
    }

    /// Judges a request by its `Host` and `Origin`.
    package func check(_ headers: HTTPFields) -> Verdict {
        let host = headers.first("Host").map(HostAndPort.init)
        if isLoopback, let host, !Self.isLoopback(host.name) {
            return .refused("this gateway listens on a loopback address and answers to no other Host")
        }
        let origins = headers.all("Origin")
        guard let text = origins.first else { return .allowed }
        guard origins.count == 1, let origin = Origin(text), let host else {
            return .refused("the Origin of this request is not accepted")
        }
        // All loopback names are one machine; the port still has to be the same.
        let isSameName = origin.host.name == host.name || (isLoopback && Self.isLoopback(origin.host.name))
        guard isSameName, origin.port == (host.port ?? origin.defaultPort) else {
            return .refused("the Origin of this request is another site")
        }
        return .allowed
    }

    /// Whether a host, without port and brackets, is this machine whatever a name server says.
    static func isLoopback(_ name: String) -> Bool {
        let name = name.lowercased()
        if name == "localhost" || name == "::1" || name == "0:0:0:0:0:0:0:1" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(HTTPSyntax.isDigit) && UInt8($0) != nil }
    }
}

/// A host name in lower case, with its port if there is one.
private struct HostAndPort {
    let name: String
    /// Nil without one; -1 for something that is no port.
    let port: Int?

    init(_ text: String) {
        // The colon after the last bracket, so that those of an IPv6 address do not count.
        let end = text.lastIndex(of: "]") ?? text.startIndex
        if let colon = text[end...].lastIndex(of: ":") {
            let digits = text[text.index(after: colon)...]
            port = digits.isEmpty ? nil : Int(digits) ?? -1
            name = Self.withoutBrackets(String(text[..<colon])).lowercased()
        } else {
            port = nil
            name = Self.withoutBrackets(text).lowercased()
        }
    }

    static func withoutBrackets(_ text: String) -> String {
        text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
    }
}

/// An origin as a browser writes it (RFC 6454 section 7); `null` and other schemes are none.
private struct Origin {
    let host: HostAndPort
    let defaultPort: Int

    var port: Int { host.port ?? defaultPort }

    init?(_ text: String) {
        let text = text.lowercased()
        if text.hasPrefix("http://") {
            defaultPort = 80
            host = HostAndPort(String(text.dropFirst(7)))
        } else if text.hasPrefix("https://") {
            defaultPort = 443
            host = HostAndPort(String(text.dropFirst(8)))
        } else {
            return nil
        }
        guard !host.name.isEmpty else { return nil }
    }
}
