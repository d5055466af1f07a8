// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials

/// A stored token of a provider.
package struct Credential: Sendable, Equatable, Codable {
    /// The token.
    package var accessToken: String
    /// For renewing it; absent for plain tokens.
    package var refreshToken: String?
    /// The provider.
    package var provider: String
    /// `token` or `oauth`.
    package var authMethod: String
    /// RFC 3339; `0001-01-01T00:00:00Z` for never.
    package var expiresAt: String

    enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case refreshToken = "refresh_token"
        case provider
        case authMethod = "auth_method"
        case expiresAt = "expires_at"
    }
}

/// Why credentials could not be read or written.
package struct CredentialError: Error, Sendable, Equatable {
    /// `unsupported_provider`, `no_token`, `damaged`, `not_writable`.
    package let code: String
    /// A sentence with the next step; it never holds a token.
    package let message: String
}

/// The file `auth.json`: tokens by provider, mode 0600, replaced as a whole under a lock.
///
/// Blocks on the disk.
package struct CredentialStore: Sendable {
    /// The providers that a token can be stored for.
    package static let providers = [
        "openai", "claude", "openrouter", "deepseek", "gemini", "ark", "qianfan", "qwen",
    ]
    /// The expiry of a token that does not expire.
    package static let never = "0001-01-01T00:00:00Z"

    private struct Document: Codable {
        var credentials: [String: Credential]
    }

    private let path: String

    /// Makes a store for the file at `path`.
    package init(path: String) { self.path = path }

    /// The stored name of a provider: lower case, `anthropic` is `claude`.
    package static func canonical(_ provider: String) throws(CredentialError) -> String {
        let name = provider.trimmed.lowercased()
        let canonical = name == "anthropic" ? "claude" : name
        guard providers.contains(canonical) else {
            throw CredentialError(
                code: "unsupported_provider",
                message: "unsupported provider: \(provider). Known ones: \(providers.joined(separator: ", ")).")
        }
        return canonical
    }

    /// All credentials; an absent file holds none, one that does not parse is an error and stays as it is.
    package func load() throws(CredentialError) -> [String: Credential] {
        guard let data = FileManager.default.contents(atPath: path) else { return [:] }
        do {
            return try JSONDecoder().decode(Document.self, from: data).credentials
        } catch {
            throw CredentialError(
                code: "damaged",
                message: "\(path) is not a credentials file; move it away and log in again (golem auth login)")
        }
    }

    /// Stores a token.
    package func save(token: String, provider: String) throws(CredentialError) {
        let name = try Self.canonical(provider)
        guard !token.isEmpty else { throw CredentialError(code: "no_token", message: "token is required for login") }
        try change { credentials in
            credentials[name] = Credential(
                accessToken: token, refreshToken: nil, provider: name, authMethod: "token", expiresAt: Self.never)
        }
    }

    /// Removes a provider's token, or all of them for nil; gives how many were removed.
    package func remove(provider: String?) throws(CredentialError) -> Int {
        var removed = 0
        let name = try provider.map { (text) throws(CredentialError) in try Self.canonical(text) }
        try change { credentials in
            let names = name.map { [$0] } ?? Array(credentials.keys)
            for name in names where credentials.removeValue(forKey: name) != nil { removed += 1 }
        }
        return removed
    }

    private func change(_ body: (inout [String: Credential]) -> Void) throws(CredentialError) {
        do {
            let lock = try FileLock(path: path + ".lock")
            defer { lock.release() }
            var credentials = try load()
            body(&credentials)
            try AtomicFile.write(
                Array(jsonText(Document(credentials: credentials)).utf8) + [0x0A], to: path, mode: 0o600)
        } catch let error as CredentialError {
            throw error
        } catch {
            throw CredentialError(code: "not_writable", message: "\(path) cannot be written: \(error)")
        }
    }
}
