// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Turns the body of an answer into text.
enum WebText {
    /// The type and the charset of a `Content-Type` header, in lower case.
    static func contentType(_ header: String?) -> (type: String, charset: String?) {
        let parts = (header ?? "").lowercased().split(separator: ";").map(\.trimmed)
        let charset = parts.dropFirst().first { $0.hasPrefix("charset=") }.map {
            $0.dropFirst("charset=".count).filter { $0 != "\"" && $0 != "'" }.trimmed
        }
        return (parts.first ?? "", charset?.isEmpty == true ? nil : charset)
    }

    /// Whether a type is HTML.
    static func isHTML(_ type: String) -> Bool { type == "text/html" || type == "application/xhtml+xml" }

    /// Whether a type is text that is shown as it is; an unknown type is judged by its bytes.
    static func isText(_ type: String, _ bytes: [UInt8]) -> Bool {
        if bytes.prefix(8_192).contains(0) { return false }
        let known = [
            "application/json", "application/xml", "application/javascript", "application/x-ndjson",
            "application/yaml", "application/toml", "application/x-sh", "application/sql",
        ]
        if type.hasPrefix("text/") || type.hasSuffix("+json") || type.hasSuffix("+xml") || known.contains(type) {
            return true
        }
        guard type.isEmpty || type == "application/octet-stream" else { return false }
        return String(validating: bytes.dropLast(UTF8Cut.incompleteSuffix(of: bytes)), as: UTF8.self) != nil
    }

    /// Decodes text; what is no known charset is read as UTF-8 with replacements.
    static func decode(_ bytes: [UInt8], charset: String?) -> String {
        switch charset {
        case "iso-8859-1", "latin1", "windows-1252", "us-ascii":
            var text = String.UnicodeScalarView()
            for byte in bytes { text.append(Unicode.Scalar(byte)) }
            return String(text)
        default: return String(decoding: bytes.dropLast(UTF8Cut.incompleteSuffix(of: bytes)), as: UTF8.self)
        }
    }

    /// At most `limit` bytes of a text, cut between characters.
    static func cut(_ text: String, to limit: Int) -> (text: String, isCut: Bool) {
        guard text.utf8.count > limit else { return (text, false) }
        let bytes = Array(text.utf8.prefix(limit))
        return (String(decoding: bytes.dropLast(UTF8Cut.incompleteSuffix(of: bytes)), as: UTF8.self), true)
    }
}
