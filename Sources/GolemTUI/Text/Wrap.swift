// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Breaks a text into lines of at most `width` columns, at spaces where possible, and stops after `limit` lines.
///
/// Newlines are kept as line ends; the indentation of a line is kept, spaces at a break are not.
package func wrap(_ text: String, width: Int, limit: Int) -> [String] { [] }
