// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The target of a request line in origin form (RFC 9112 section 3.2.1).
struct RequestTarget: Equatable {
    /// The percent-decoded path.
    let path: String
    /// What follows the first `?`, still encoded.
    let query: String?

    /// Reads the target, or says what is wrong with it.
    static func parse(_ bytes: [UInt8]) -> Result<RequestTarget, HeadError> {
        guard bytes.first == 0x2F else {
            return .failure(.bad("the request target must be a path that starts with /"))
        }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x23 }) else {
            return .failure(.bad("the request target holds a character that must be percent-encoded"))
        }
        let mark = bytes.firstIndex(of: 0x3F)
        guard let path = decode(bytes[..<(mark ?? bytes.endIndex)]) else {
            return .failure(.bad("the path holds an invalid percent encoding"))
        }
        let query = mark.map { String(decoding: bytes[($0 + 1)...], as: UTF8.self) }
        return .success(RequestTarget(path: path, query: query))
    }

    /// Decodes `%HH`; nil for a broken escape, an escaped control character (`%00` first of all) and broken UTF-8.
    private static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            guard bytes[index] == 0x25 else {
                out.append(bytes[index])
                index += 1
                continue
            }
            guard index + 2 < bytes.endIndex, let high = hex(bytes[index + 1]), let low = hex(bytes[index + 2]) else {
                return nil
            }
            let byte = high << 4 | low
            guard byte >= 0x20, byte != 0x7F else { return nil }
            out.append(byte)
            index += 3
        }
        return String(validating: out, as: UTF8.self)
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
