// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Finds secrets that the file only refers to: `"${NAME}"` is a variable of the environment, `{"file": "path"}` a file.
struct SecretReferences {
    /// Why a reference leads nowhere; names the variable or file.
    struct Failure: Error {
        let message: String
    }

    let environment: [String: String]
    /// Reads a file, given its path as written.
    let readFile: (String) throws(Failure) -> String

    /// The text that a value stands for; nil when it has none of the forms.
    func text(_ value: JSONValue, expandsVariables: Bool) throws(Failure) -> JSONValue? {
        switch value {
        case .string(let text): return .string(expandsVariables ? try expanded(text) : text)
        case .object: return try Self.file(value).map { path throws(Failure) in .string(try readFile(path)) }
        default: return value
        }
    }

    /// The file that a value of the form `{"file": "path"}` names.
    static func file(_ value: JSONValue) -> String? {
        guard let members = value.objectValue, members.count == 1, let member = members.first,
            member.key.lowercased() == "file"
        else { return nil }
        return member.value.stringValue
    }

    /// A text in place of a reference that is not followed.
    static func standIn(_ value: JSONValue) -> JSONValue { file(value) == nil ? value : "${}" }

    /// A text with each `${NAME}` replaced; `$${` stands for `${`.
    private func expanded(_ text: String) throws(Failure) -> String {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstRange(of: "${") {
            let before = rest[..<dollar.lowerBound]
            if before.hasSuffix("$") {
                result += before.dropLast() + "${"
                rest = rest[dollar.upperBound...]
                continue
            }
            guard let end = rest[dollar.upperBound...].firstIndex(of: "}"),
                case let name = rest[dollar.upperBound..<end], Self.isName(name)
            else {
                result += rest[..<dollar.upperBound]
                rest = rest[dollar.upperBound...]
                continue
            }
            guard let value = environment[String(name)], !value.isEmpty else {
                throw Failure(message: "refers to the variable \(name), which is not set")
            }
            result += before + value
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func isName(_ name: Substring) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy {
            $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        }
    }
}
