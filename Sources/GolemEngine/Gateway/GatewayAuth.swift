// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The bearer token that guards the gateway's routes (RFC 6750 section 2.1).
package struct GatewayAuth: Sendable {
    /// What a request's credentials are worth.
    package enum Verdict: Sendable, Equatable {
        /// The token is right, or none is configured.
        case allowed
        /// There is no `Authorization` field.
        case missing
        /// There is one, and it is not `Bearer` with the right token.
        case invalid
    }

    private let token: [UInt8]

    /// Takes the configured token; white space around it is ignored, and an empty one turns the check off.
    package init(token: String) {
        self.token = Self.trimmed(token)
    }

    /// Whether a token is required at all.
    package var isRequired: Bool { !token.isEmpty }

    /// Judges the credentials, in a time that does not depend on how much of the token is right.
    package func check(_ headers: HTTPFields) -> Verdict {
        guard isRequired else { return .allowed }
        let values = headers.all("Authorization")
        guard let value = values.first else { return .missing }
        // Two of them: which one is meant is anybody's guess.
        guard values.count == 1 else { return .invalid }
        let parts = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, HTTPFields.isSameName(String(parts[0]), "Bearer") else { return .invalid }
        return Self.isEqual(Self.trimmed(String(parts[1])), to: token) ? .allowed : .invalid
    }

    /// Compares all bytes whatever they are; only the length of `presented`, which the client knows, takes time.
    @inline(never)
    private static func isEqual(_ presented: [UInt8], to secret: [UInt8]) -> Bool {
        var difference = UInt(bitPattern: presented.count ^ secret.count)
        for index in presented.indices {
            difference |= UInt(presented[index] ^ secret[index % secret.count])
        }
        return difference == 0
    }

    private static func trimmed(_ text: String) -> [UInt8] {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        let bytes = Array(text.utf8)
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return Array(bytes[first...last])
    }
}
