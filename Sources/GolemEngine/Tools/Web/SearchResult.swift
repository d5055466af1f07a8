// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials

/// One hit of a web search.
struct SearchResult: Sendable, Equatable {
    var title: String
    var url: String
    var description: String

    var json: JSONValue {
        ["title": .string(title), "url": .string(url), "description": .string(description)]
    }

    /// Reads an answer of the Brave search API; nil when it is something else.
    static func brave(_ bytes: [UInt8], limit: Int) -> [SearchResult]? {
        guard let answer = try? JSONValue(bytes: bytes), answer.objectValue != nil else { return nil }
        // Without hits the API leaves `web` out.
        let hits = answer["web"]?["results"]?.arrayValue ?? []
        return hits.prefix(limit).compactMap { hit in
            guard let url = hit["url"]?.stringValue, !url.isEmpty else { return nil }
            return SearchResult(
                title: plain(hit["title"]?.stringValue), url: url,
                description: plain(hit["description"]?.stringValue))
        }
    }

    /// Reads the result page of DuckDuckGo's HTML interface.
    ///
    /// Advertisements are left out.
    static func duckDuckGo(_ bytes: [UInt8], limit: Int) throws(HTMLTextError) -> [SearchResult] {
        var results: [SearchResult] = []
        // Which part of a hit the text belongs to, and how deep inside its element.
        var target: WritableKeyPath<SearchResult, String>?
        var isHit = false
        var depth = 0
        try HTMLScanner.scan(bytes, charset: nil) { token in
            switch token {
            case .start(let name, let attribute):
                if target != nil {
                    depth += 1
                    return true
                }
                let classes = (attribute("class") ?? "").split(whereSeparator: \.isWhitespace)
                if name == "a", classes.contains("result__a") {
                    guard results.count < limit else { return false }
                    let url = link(attribute("href") ?? "")
                    isHit = url != nil
                    guard let url else { return true }
                    results.append(SearchResult(title: "", url: url, description: ""))
                    target = \.title
                } else if classes.contains("result__snippet"), isHit {
                    target = \.description
                }
                depth = 0
            case .end:
                guard target != nil else { return true }
                if depth == 0 { target = nil }
                depth -= 1
            case .text(let text):
                if let target, let last = results.indices.last { results[last][keyPath: target] += text }
            }
            return true
        }
        for index in results.indices {
            results[index].title = oneLine(results[index].title)
            results[index].description = oneLine(results[index].description)
        }
        return results
    }

    /// The page that a link of the result page leads to: `/l/?uddg=` holds it, encoded once.
    static func link(_ reference: String) -> String? {
        let absolute = reference.hasPrefix("//") ? "https:" + reference : reference
        if let query = absolute.split(separator: "?", maxSplits: 1).dropFirst().first, absolute.contains("/l/?") {
            let value = query.split(separator: "&").first { $0.hasPrefix("uddg=") }?.dropFirst("uddg=".count)
            guard let value, let decoded = String(value).percentDecoded else { return nil }
            return decoded.hasPrefix("http://") || decoded.hasPrefix("https://") ? decoded : nil
        }
        let isWeb = absolute.hasPrefix("http://") || absolute.hasPrefix("https://")
        return isWeb && !absolute.contains("duckduckgo.com/y.js") ? absolute : nil
    }

    /// Brave marks the words of the query with tags and encodes entities.
    private static func plain(_ html: String?) -> String {
        guard let html, !html.isEmpty else { return "" }
        guard html.contains("<") || html.contains("&") else { return oneLine(html) }
        let bytes = Array(html.utf8)
        guard let text = try? HTMLText(bytes, charset: "utf-8", limit: 4_096) else { return oneLine(html) }
        return oneLine(text.text)
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

extension String {
    /// The text with `%XX` decoded, and `+` as a space; nil when that is no UTF-8.
    var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The text as the value of a query parameter: everything but unreserved characters encoded.
    var queryEncoded: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
