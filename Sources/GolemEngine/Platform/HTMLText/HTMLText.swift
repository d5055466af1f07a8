// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials

/// The readable part of an HTML document, as plain text with a little Markdown.
package struct HTMLText: Sendable, Equatable {
    /// The title of the document, on one line.
    package private(set) var title = ""
    /// Paragraphs, headings, lists, tables and links; no scripts, styles, navigation and hidden parts.
    package private(set) var text = ""
    /// Whether the text was cut at the limit.
    package private(set) var isTruncated = false

    /// Reads a document.
    ///
    /// `charset` is that of the transport, if it named one; `limit` bounds the bytes of `text`; relative links are
    /// resolved against `base`. Takes time in proportion to the document: not for the cooperative pool when large.
    package init(_ bytes: [UInt8], charset: String? = nil, base: String? = nil, limit: Int) throws(HTMLTextError) {
        let base = base.flatMap { URL(string: $0) }
        var renderer = HTMLTextRenderer(base: base, limit: limit, keepsNavigation: false)
        try HTMLScanner.scan(bytes, charset: charset) { renderer.take($0) }
        if renderer.isEmpty {
            // A page that is nothing but navigation is still a page.
            renderer = HTMLTextRenderer(base: base, limit: limit, keepsNavigation: true)
            try HTMLScanner.scan(bytes, charset: charset) { renderer.take($0) }
        }
        (title, text, isTruncated) = renderer.finish()
    }
}

/// Builds the text token by token.
struct HTMLTextRenderer {
    private static let noise: Set<String> = [
        "script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "select", "button", "dialog",
    ]
    private static let blocks: Set<String> = [
        "p", "div", "section", "article", "main", "header", "footer", "aside", "blockquote", "ul", "ol", "dl", "table",
        "figure", "figcaption", "form", "fieldset", "address", "details", "summary", "nav", "body",
    ]

    private let base: URL?
    private let limit: Int
    private let keepsNavigation: Bool
    private var title = ""
    private var output: [UInt8] = []
    private var isTruncated = false
    /// Line breaks owed before the next visible character.
    private var breaks = 0
    private var owesSpace = false
    /// What comes before the next visible character of a line: a heading's `#`, an item's bullet.
    private var prefix = ""
    /// How deep inside dropped elements.
    private var dropped = 0
    private var inTitle = false
    private var preformatted = 0
    /// The counter of each open list; nil for bullets.
    private var lists: [Int?] = []
    private var links: [(target: String?, start: Int)] = []
    private var cells = 0

    init(base: URL?, limit: Int, keepsNavigation: Bool) {
        self.base = base
        self.limit = limit
        self.keepsNavigation = keepsNavigation
    }

    var isEmpty: Bool { output.isEmpty }

    /// Takes in a token; false when the text is full.
    mutating func take(_ token: HTMLScanner.Token) -> Bool {
        switch token {
        case .start(let name, let attribute): start(name, attribute)
        case .end(let name): end(name)
        case .text(let text):
            if inTitle, title.utf8.count < 1_000 {
                title += text
            } else if dropped == 0 {
                preformatted > 0 ? addVerbatim(text) : add(text)
            }
        }
        return !isTruncated
    }

    func finish() -> (String, String, Bool) {
        let cut = isTruncated ? output.count - UTF8Cut.incompleteSuffix(of: output) : output.count
        let line = title.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return (line, String(decoding: output[..<cut], as: UTF8.self), isTruncated)
    }

    private mutating func start(_ name: String, _ attribute: (String) -> String?) {
        if dropped > 0 || isNoise(name, attribute) {
            dropped += 1
            return
        }
        switch name {
        case "title": inTitle = true
        case "br": breaks = max(breaks, 1)
        case "hr":
            owe(2)
            add("---")
            owe(2)
        case "h1", "h2", "h3", "h4", "h5", "h6":
            owe(2)
            prefix = String(repeating: "#", count: name.utf8.last.map { Int($0) - 48 } ?? 1) + " "
        case "li":
            owe(1)
            let indent = String(repeating: "  ", count: min(max(lists.count - 1, 0), 8))
            if let last = lists.indices.last, let number = lists[last] {
                prefix = "\(indent)\(number). "
                lists[last] = number + 1
            } else {
                prefix = "\(indent)- "
            }
        case "ul", "ol":
            owe(lists.isEmpty ? 2 : 1)
            if lists.count < 100 { lists.append(name == "ol" ? 1 : nil) }
        case "dt", "dd": owe(1)
        case "tr":
            owe(1)
            cells = 0
        case "td", "th":
            if cells > 0 { add(" | ") }
            cells += 1
        case "pre":
            owe(2)
            add("```")
            breaks = 1
            preformatted += 1
        case "a": links.append((target(attribute("href")), output.count))
        case "img":
            if let alternative = attribute("alt"), !alternative.isEmpty { add(" [image: \(alternative)] ") }
        default: if Self.blocks.contains(name) { owe(name == "div" ? 1 : 2) }
        }
    }

    private mutating func end(_ name: String) {
        if dropped > 0 {
            dropped -= 1
            return
        }
        switch name {
        case "title": inTitle = false
        case "h1", "h2", "h3", "h4", "h5", "h6", "table":
            prefix = ""
            owe(2)
        case "ul", "ol":
            _ = lists.popLast()
            owe(lists.isEmpty ? 2 : 1)
        case "li", "tr", "dt", "dd":
            prefix = ""
            owe(1)
        case "pre":
            preformatted = max(0, preformatted - 1)
            breaks = 1
            add("```")
            owe(2)
        case "a":
            guard let link = links.popLast(), let target = link.target, output.count > link.start else { return }
            add(" <\(target)>")
        default: if Self.blocks.contains(name) { owe(name == "div" ? 1 : 2) }
        }
    }

    /// What no reader of the page sees, or what is the same on every page of a site.
    private func isNoise(_ name: String, _ attribute: (String) -> String?) -> Bool {
        if Self.noise.contains(name) { return true }
        if name == "nav" || attribute("role") == "navigation" { return !keepsNavigation }
        if attribute("hidden") != nil || attribute("aria-hidden") == "true" { return true }
        guard let style = attribute("style") else { return false }
        let compact = style.lowercased().filter { !$0.isWhitespace }
        return compact.contains("display:none") || compact.contains("visibility:hidden")
    }

    /// A link that leads to another page, absolute.
    private func target(_ reference: String?) -> String? {
        guard let reference, !reference.isEmpty, !reference.hasPrefix("#"), reference.utf8.count <= 2_000 else {
            return nil
        }
        let url = base.map { URL(string: reference, relativeTo: $0) } ?? URL(string: reference)
        guard let url, let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https" else { return nil }
        return url.absoluteString
    }

    private mutating func owe(_ count: Int) {
        breaks = max(breaks, count)
    }

    /// Adds text with its white space collapsed.
    private mutating func add(_ text: String) {
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace {
                owesSpace = true
            } else if scalar.properties.generalCategory != .control {
                settle()
                append(scalar)
            }
        }
    }

    /// Adds text as it stands.
    private mutating func addVerbatim(_ text: String) {
        settle()
        for scalar in text.unicodeScalars
        where scalar == "\n" || scalar == "\t" || scalar.properties.generalCategory != .control {
            append(scalar)
        }
    }

    /// Writes the white space that is owed.
    private mutating func settle() {
        if output.isEmpty {
            breaks = 0
            owesSpace = false
        }
        if breaks > 0 {
            for _ in 0..<breaks { append("\n") }
            breaks = 0
            owesSpace = false
        }
        if owesSpace {
            owesSpace = false
            append(" ")
        }
        if !prefix.isEmpty {
            let text = prefix
            prefix = ""
            for scalar in text.unicodeScalars { append(scalar) }
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        guard output.count < limit else {
            isTruncated = true
            return
        }
        output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        if output.count > limit {
            output.removeLast(output.count - limit)
            isTruncated = true
        }
    }
}
