// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// `:policy strict`, `:policy relaxed`, `:policy off 15m`, each with `--keep` to change the configuration too.
enum PolicyWords {
    /// Reads the words of a line; nil when they are not understood.
    static func policy(_ words: [String]) -> CommandWords.Parsed? {
        guard words.count >= 2 else { return .go(.policy) }
        let isKept = words.contains("--keep")
        let rest = words.dropFirst(2).filter { $0 != "--keep" && $0 != "--ttl" }
        switch words[1] {
        case "strict" where rest.isEmpty, "relaxed" where rest.isEmpty:
            return .act(.setPolicyMode(mode: words[1], ttlSeconds: nil, isKept: isKept))
        case "off" where rest.count == 1:
            return seconds(rest[0]).map {
                CommandWords.Parsed.act(.setPolicyMode(mode: "off", ttlSeconds: $0, isKept: isKept))
            }
        case "off" where rest.isEmpty:
            return .failure("policy off needs a time after which it ends: :policy off 15m")
        default: return nil
        }
    }

    /// The seconds of `90s`, `15m`, `2h` or `1h30m`, up to a week.
    static func seconds(_ text: String) -> Int? {
        var rest = Substring(text)
        var total = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            guard digits.count <= 6, let number = Int(digits), let unit = rest.popFirst() else { return nil }
            switch unit {
            case "s": total += number
            case "m": total += number * 60
            case "h": total += number * 3_600
            default: return nil
            }
        }
        return (1...604_800).contains(total) ? total : nil
    }

    /// Seconds as the command line takes them: `1h30m`.
    static func text(_ seconds: Int) -> String {
        let parts = [(seconds / 3_600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
        return parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    }
}
