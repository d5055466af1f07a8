// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Removes known secret values from text before anybody outside the engine sees it.
///
/// Bytes are compared, not characters: a combining mark behind a secret does not hide it. A secret is also found as
/// it looks inside JSON or a URL. Values shorter than 6 bytes are left alone: removing them would shred ordinary text.
package struct Redactor: Sendable {
    /// What stands in place of a secret.
    package static let replacement = "[redacted]"

    /// Longest first, so that a secret that contains another one goes as a whole.
    private let secrets: [[UInt8]]
    /// Whether some secret begins with the byte.
    private let isFirstByte: [Bool]

    /// Makes a redactor for these values.
    package init(secrets: [String] = []) {
        var forms: Set<[UInt8]> = []
        for secret in secrets where secret.utf8.count >= 6 {
            let bytes = Array(secret.utf8)
            forms.formUnion([
                bytes, Self.jsonEscaped(bytes, slash: false), Self.jsonEscaped(bytes, slash: true),
                Self.percentEncoded(bytes),
            ])
        }
        self.secrets = forms.sorted { $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count > $1.count }
        var isFirstByte = [Bool](repeating: false, count: 256)
        for secret in self.secrets { isFirstByte[Int(secret[0])] = true }
        self.isFirstByte = isFirstByte
    }

    /// Whether there is nothing to remove.
    package var isEmpty: Bool { secrets.isEmpty }

    /// `text` without the secrets.
    package func redact(_ text: String) -> String {
        guard !isEmpty else { return text }
        var text = text
        return text.withUTF8 { scan($0, isEnd: true).clean } ?? text
    }

    /// What of `bytes` may be shown, nil when all of it may as it is, and how many bytes at its end must wait
    /// because a secret may begin there.
    func scan(_ bytes: UnsafeBufferPointer<UInt8>, isEnd: Bool) -> (clean: String?, held: Int) {
        var clean: [UInt8]?
        var copied = 0
        var index = 0
        while index < bytes.count {
            guard isFirstByte[Int(bytes[index])] else {
                index += 1
                continue
            }
            let (length, isPartial) = match(bytes, at: index)
            if isPartial, !isEnd {
                let shown = (clean ?? []) + bytes[copied..<index]
                return (String(decoding: shown, as: UTF8.self), bytes.count - index)
            }
            guard length > 0 else {
                index += 1
                continue
            }
            clean = (clean ?? []) + bytes[copied..<index] + Self.replacement.utf8
            index += length
            copied = index
        }
        return (clean.map { String(decoding: $0 + bytes[copied...], as: UTF8.self) }, 0)
    }

    /// The length of the secret that begins at `index`, and whether a longer one may begin there and go on.
    private func match(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (length: Int, isPartial: Bool) {
        let left = bytes.count - index
        var isPartial = false
        for secret in secrets {
            let count = min(secret.count, left)
            var same = 0
            while same < count, bytes[index + same] == secret[same] { same += 1 }
            guard same == count else { continue }
            if secret.count <= left { return (secret.count, isPartial) }
            isPartial = true
        }
        return (0, isPartial)
    }

    private static func jsonEscaped(_ bytes: [UInt8], slash: Bool) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "/") where slash: [UInt8(ascii: "\\"), byte]
            case 0x0A: Array("\\n".utf8)
            case 0x0D: Array("\\r".utf8)
            case 0x09: Array("\\t".utf8)
            default: [byte]
            }
        }
    }

    private static func percentEncoded(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: return [byte]
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }
}

/// Removes secrets from text that arrives in pieces, so that one that is cut in two is found as well.
///
/// What could be the beginning of a secret is held back until the next piece tells.
package struct StreamRedactor: Sendable {
    private let redactor: Redactor
    private var held: [UInt8] = []

    /// Makes a redactor of a stream.
    package init(_ redactor: Redactor) { self.redactor = redactor }

    /// What may be shown after this piece.
    package mutating func add(_ text: String) -> String {
        guard !redactor.isEmpty else { return text }
        let bytes = held + text.utf8
        let (clean, count) = bytes.withUnsafeBufferPointer { redactor.scan($0, isEnd: false) }
        held = Array(bytes.suffix(count))
        return clean ?? String(decoding: bytes, as: UTF8.self)
    }

    /// What was held back, at the end of the stream.
    package mutating func finish() -> String {
        let rest = held
        held = []
        return redactor.redact(String(decoding: rest, as: UTF8.self))
    }
}
