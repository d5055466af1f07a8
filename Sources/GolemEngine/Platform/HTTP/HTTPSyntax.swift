// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The character classes of HTTP/1.1 (RFC 9110 section 5.6, RFC 9112).
package enum HTTPSyntax {
    /// Whether these bytes are a token: what a method or a field name may be.
    package static func isToken(_ bytes: some Sequence<UInt8>) -> Bool {
        var isEmpty = true
        for byte in bytes {
            isEmpty = false
            guard isTokenByte(byte) else { return false }
        }
        return !isEmpty
    }

    /// Whether these bytes may be a field value: no control character but the tab.
    package static func isFieldValue(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
    }

    /// Whether this text may follow `Host:`: a name, an IPv4 address or an IPv6 address in brackets, and an
    /// optional port.
    package static func isHost(_ text: String) -> Bool {
        var rest = Substring(text)
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { return false }
            let inside = rest[rest.index(after: rest.startIndex)..<end]
            guard !inside.isEmpty, inside.utf8.allSatisfy(isIPv6Byte) else { return false }
            rest = rest[rest.index(after: end)...]
        } else {
            let name = rest.prefix { $0 != ":" }
            guard !name.isEmpty, name.utf8.allSatisfy(isHostByte) else { return false }
            rest = rest[name.endIndex...]
        }
        guard !rest.isEmpty else { return true }
        guard rest.first == ":" else { return false }
        let port = rest.dropFirst().utf8
        return port.count <= 5 && port.allSatisfy(isDigit)
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte >= 0x41 && byte <= 0x5A) || (byte >= 0x61 && byte <= 0x7A)
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        // ! # $ % & ' * + - . ^ _ ` | ~
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: isDigit(byte) || isLetter(byte)
        }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        // - . _ ~ % and the letters and digits; sub-delimiters are legal in theory and only seen in attacks.
        isDigit(byte) || isLetter(byte) || [0x2D, 0x2E, 0x5F, 0x7E, 0x25].contains(byte)
    }

    private static func isIPv6Byte(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLetter(byte) || byte == 0x3A || byte == 0x2E || byte == 0x25
    }
}
