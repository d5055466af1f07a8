// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// Which network addresses the web tools may connect to: public ones, and those that are allowed by name.
///
/// Judged is the numeric address of the connection, so neither a name that resolves to a private address nor a redirect
/// gets through.
package struct AddressRules: Sendable, Equatable {
    /// The first bits of an address.
    private struct Range: Sendable, Equatable {
        let bytes: [UInt8]
        let length: Int

        func contains(_ address: [UInt8]) -> Bool {
            guard address.count == bytes.count else { return false }
            let whole = length / 8
            guard address.prefix(whole) == bytes.prefix(whole) else { return false }
            let rest = length % 8
            return rest == 0 || (address[whole] ^ bytes[whole]) >> (8 - rest) == 0
        }
    }

    private let allowed: [Range]

    /// Makes rules that also admit `allowed`, addresses or ranges such as `10.1.0.0/16`.
    ///
    /// Throws the first entry that is neither.
    package init(allowed: [String] = []) throws(AddressRuleError) {
        var ranges: [Range] = []
        for text in allowed {
            guard let range = Self.range(text) else { throw AddressRuleError(entry: text) }
            ranges.append(range)
        }
        self.allowed = ranges
    }

    /// Whether a connection to the numeric address may be made.
    ///
    /// What is no address may not.
    package func admits(_ address: String) -> Bool {
        guard let bytes = Self.bytes(address) else { return false }
        let plain = Self.embedded(bytes) ?? bytes
        if allowed.contains(where: { $0.contains(bytes) || $0.contains(plain) }) { return true }
        return Self.isPublic(bytes)
    }

    /// The special-purpose addresses of RFC 6890 and its registries.
    private static let specialV4 = ranges([
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    ])
    /// Of IPv6 only the global unicast space is public, and this is special within it.
    private static let globalV6 = ranges(["2000::/3"])
    private static let specialV6 = ranges(["2001::/23", "2001:db8::/32", "3fff::/20", "2620:4f:8000::/48"])
    /// Spaces whose addresses stand for IPv4 ones: mapped, compatible, translated (NAT64) and 6to4.
    private static let embedding: [(range: Range, offset: Int)] = [
        ("::ffff:0:0/96", 12), ("::/96", 12), ("64:ff9b::/96", 12), ("2002::/16", 2),
    ].compactMap { text, offset in range(text).map { ($0, offset) } }

    private static func isPublic(_ bytes: [UInt8]) -> Bool {
        if bytes.count == 4 { return !specialV4.contains { $0.contains(bytes) } }
        if let inner = embedded(bytes) { return isPublic(inner) }
        return globalV6.contains { $0.contains(bytes) } && !specialV6.contains { $0.contains(bytes) }
    }

    private static func embedded(_ bytes: [UInt8]) -> [UInt8]? {
        guard let found = embedding.first(where: { $0.range.contains(bytes) }) else { return nil }
        return Array(bytes[found.offset..<found.offset + 4])
    }

    private static func ranges(_ texts: [String]) -> [Range] { texts.compactMap(range) }

    private static func range(_ text: String) -> Range? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let bytes = bytes(String(first)) else { return nil }
        guard parts.count == 2 else { return Range(bytes: bytes, length: bytes.count * 8) }
        guard let length = Int(parts[1]), (0...bytes.count * 8).contains(length) else { return nil }
        return Range(bytes: bytes, length: length)
    }

    /// The 4 or 16 bytes of a numeric address, a zone left out.
    private static func bytes(_ text: String) -> [UInt8]? {
        let address = String(text.prefix { $0 != "%" })
        var four = in_addr()
        if inet_pton(AF_INET, address, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var sixteen = in6_addr()
        if inet_pton(AF_INET6, address, &sixteen) == 1 { return withUnsafeBytes(of: &sixteen) { Array($0) } }
        return nil
    }
}

/// An entry of the list of allowed addresses that is neither an address nor a range.
package struct AddressRuleError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The entry as it was given.
    package let entry: String
    /// A stable code.
    package var code: String { "web.invalid_address" }
    package var description: String { "\"\(entry)\" is neither an address nor a range such as 10.0.0.0/8" }
    /// Never.
    package var isRetryable: Bool { false }
}
