// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CXml2

/// Reads HTML of any quality as a stream of tokens in document order, by libxml2's forgiving parser.
enum HTMLScanner {
    /// One step through the document.
    enum Token {
        /// An element begins; attributes are asked for by name.
        case start(String, attribute: (String) -> String?)
        /// It ends. Elements without content end too.
        case end(String)
        /// Text with entities decoded.
        case text(String)
    }

    /// libxml2 is opened once, by whoever comes first.
    private static let isLoaded = cxml2_load() == 1

    /// Calls `body` for each token until it returns false.
    ///
    /// Throws when the library is missing.
    static func scan(
        _ bytes: [UInt8], charset: String?, _ body: (Token) -> Bool
    ) throws(HTMLTextError) {
        guard isLoaded else { throw HTMLTextError.unavailable }
        guard bytes.count < Int(Int32.max) else { throw HTMLTextError.tooLarge }
        let encoding = charset ?? guessedCharset(bytes)
        let reader = bytes.withUnsafeBytes { raw in
            cxml2_open(raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(raw.count), encoding)
        }
        guard let reader else { return }
        defer { cxml2_close(reader) }
        while cxml2_next(reader) == 1 {
            switch cxml2_kind(UInt32(bitPattern: cxml2_kind_of(reader))) {
            case CXML2_ELEMENT:
                let name = string(cxml2_name(reader)).lowercased()
                let isEmpty = cxml2_is_empty(reader) == 1
                guard body(.start(name) { cxml2_attribute(reader, $0).map(string) }) else { return }
                guard !isEmpty || body(.end(name)) else { return }
            case CXML2_END_ELEMENT:
                guard body(.end(string(cxml2_name(reader)).lowercased())) else { return }
            case CXML2_TEXT, CXML2_CDATA, CXML2_WHITESPACE, CXML2_SIGNIFICANT_WHITESPACE:
                guard body(.text(string(cxml2_value(reader)))) else { return }
            default: break
            }
        }
    }

    /// Without a declaration: UTF-8 when it is, else what browsers take.
    ///
    /// Nil leaves it to the document's own `meta`.
    private static func guessedCharset(_ bytes: [UInt8]) -> String? {
        if String(decoding: bytes.prefix(2_048), as: UTF8.self).lowercased().contains("charset") { return nil }
        return String(validating: bytes, as: UTF8.self) == nil ? "windows-1252" : "UTF-8"
    }

    private static func string(_ pointer: UnsafePointer<CChar>?) -> String {
        pointer.map { String(cString: $0) } ?? ""
    }
}

/// Why HTML could not be read.
package struct HTMLTextError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable code: `html.unavailable` or `html.too_large`.
    package let code: String
    package let description: String
    /// Never: a library does not appear by trying again.
    package var isRetryable: Bool { false }

    static let unavailable = HTMLTextError(
        code: "html.unavailable", description: "libxml2.so.2 is not installed (Debian: apt-get install libxml2)")
    static let tooLarge = HTMLTextError(code: "html.too_large", description: "the document is larger than 2 GiB")
}
