// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// The machine's name.
enum HostName {
    /// The name up to the first dot, for display.
    static var current: String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let isKnown = buffer.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            return gethostname(start.assumingMemoryBound(to: CChar.self), bytes.count - 1) == 0
        }
        guard isKnown else { return "localhost" }
        return String(decoding: buffer.prefix { $0 != 0 && $0 != UInt8(ascii: ".") }, as: UTF8.self)
    }
}
