// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials

/// A URL that the web tools may ask for.
struct WebAddress: Sendable, Equatable {
    let url: URL
    /// The URL without its fragment.
    let text: String

    /// Checks what a model gave.
    ///
    /// The error is for the model.
    init(_ given: String) throws(ToolArgumentError) {
        let trimmed = given.trimmed
        guard trimmed.utf8.count <= 4_096 else { throw ToolArgumentError(message: "the url is too long") }
        let scheme = trimmed.prefix { $0 != ":" }.lowercased()
        guard trimmed.contains(":"), scheme == "http" || scheme == "https" else {
            throw ToolArgumentError(message: "unsupported url scheme: \(trimmed.contains(":") ? scheme : "(none)")")
        }
        guard let url = URL(string: trimmed), let host = url.host(), !host.isEmpty else {
            throw ToolArgumentError(message: "not a valid url: \(trimmed)")
        }
        // The URL parser would percent-encode such a host instead of writing it in punycode.
        guard host.utf8.allSatisfy({ $0 < 128 && $0 != UInt8(ascii: "%") }) else {
            throw ToolArgumentError(message: "host names with non-ASCII characters must be given in punycode (xn--...)")
        }
        guard url.user() == nil, url.password() == nil else {
            throw ToolArgumentError(message: "a url with a user name or password is not fetched")
        }
        self.url = url
        text = String(url.absoluteString.prefix { $0 != "#" })
    }
}
