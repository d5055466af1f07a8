// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Removes known secret values from text before anybody outside the engine sees it.
///
/// Values shorter than 6 bytes are left alone: removing them would shred ordinary text.
package struct Redactor: Sendable {
    /// What stands in place of a secret.
    package static let replacement = "[redacted]"
    private let secrets: [String]

    /// Makes a redactor for these values.
    package init(secrets: [String] = []) {
        // Longest first, so that a secret that contains another one goes as a whole.
        self.secrets = Array(Set(secrets.filter { $0.utf8.count >= 6 })).sorted {
            ($0.utf8.count, $0) > ($1.utf8.count, $1)
        }
    }

    /// Whether there is nothing to remove.
    package var isEmpty: Bool { secrets.isEmpty }

    /// `text` without the secrets.
    package func redact(_ text: String) -> String {
        var result = text
        for secret in secrets where result.utf8.count >= secret.utf8.count && result.contains(secret) {
            result = result.replacing(secret, with: Self.replacement)
        }
        return result
    }
}
