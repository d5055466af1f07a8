// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Keeps secrets out of what is shown of a configuration.
package enum SecretMask {
    /// What stands for a secret; it says nothing about its length.
    package static let mask = "***"

    private static let telling = ["token", "key", "secret", "password", "passwd", "credential", "auth"]

    /// Whether a name such as `GITHUB_TOKEN` or `--api-key` says that its value is a secret.
    package static func isTelling(_ name: String) -> Bool {
        let name = name.lowercased()
        return telling.contains { name.contains($0) }
    }

    /// `value` with every non-empty text in it masked; the names of members stay.
    static func whole(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null: .null
        case .string(let text) where text.isEmpty: value
        case .object(let members): .object(members.mapValues(whole))
        case .array(let elements): .array(elements.map(whole))
        default: .string(mask)
        }
    }

    /// `value` with what hides in addresses and command lines masked: passwords and queries of URLs, `--token=…`.
    static func parts(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): return .string(address(text))
        case .array(let elements):
            var follows = false
            return .array(
                elements.map { element in
                    guard let text = element.stringValue else { return element }
                    defer { follows = text.hasPrefix("-") && !text.contains("=") && isTelling(text) }
                    if follows { return .string(mask) }
                    if let equals = text.firstIndex(of: "="), isTelling(String(text[..<equals])) {
                        return .string(text[...equals] + mask)
                    }
                    return .string(address(text))
                })
        case .object(let members): return .object(members.mapValues(parts))
        default: return value
        }
    }

    /// The secret parts that `parts` would mask.
    static func secretParts(_ value: JSONValue) -> [String] {
        switch value {
        case .string(let text): return addressSecrets(text)
        case .array(let elements):
            var follows = false
            return elements.compactMap(\.stringValue).flatMap { text -> [String] in
                defer { follows = text.hasPrefix("-") && !text.contains("=") && isTelling(text) }
                if follows { return [text] }
                if let equals = text.firstIndex(of: "="), isTelling(String(text[..<equals])) {
                    return [String(text[text.index(after: equals)...])]
                }
                return addressSecrets(text)
            }
        default: return []
        }
    }

    private static func address(_ text: String) -> String {
        pieces(text).map { $0.isSecret ? mask : String($0.text) }.joined()
    }

    private static func addressSecrets(_ text: String) -> [String] {
        pieces(text).filter(\.isSecret).map { String($0.text) }
    }

    /// A URL in pieces: its password (or its user, when there is no password) and the values of its query are secrets.
    private static func pieces(_ text: String) -> [(text: Substring, isSecret: Bool)] {
        guard let scheme = text.firstRange(of: "://") else { return [(text[...], false)] }
        var pieces: [(text: Substring, isSecret: Bool)] = []
        var start = text.startIndex
        func cut(_ range: Range<String.Index>) {
            guard !range.isEmpty else { return }
            pieces.append((text[start..<range.lowerBound], false))
            pieces.append((text[range], true))
            start = range.upperBound
        }
        let rest = text[scheme.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        if let at = authority.lastIndex(of: "@") {
            let user = authority[..<at]
            cut((user.firstIndex(of: ":").map { text.index(after: $0) } ?? user.startIndex)..<at)
        }
        if let question = rest.firstIndex(of: "?") {
            for item in rest[rest.index(after: question)...].prefix(while: { $0 != "#" }).split(separator: "&") {
                cut((item.firstIndex(of: "=").map { text.index(after: $0) } ?? item.startIndex)..<item.endIndex)
            }
        }
        return pieces + [(text[start...], false)]
    }
}
