// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// Where the log goes.
package struct LogOptions: Sendable, Equatable {
    /// Lines below this level are left out.
    package var level = LogLevel.info
    /// The file; nil writes to standard error.
    package var file: String?
    /// Whether lines are JSON; nil: JSON in files, text on a terminal.
    package var isJSON: Bool?
    /// The size at which the file is rotated, in bytes.
    package var sizeLimit = 20 * 1024 * 1024
    /// How many rotated files are kept.
    package var fileLimit = 5

    /// Makes the defaults.
    package init() {}
}
