// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CCrypto

/// SHA-256, by nettle; looks for the library at first use, which may block for a moment.
package enum SHA256 {
    /// Why there are no digests: the library is missing.
    package struct Unavailable: Error, Sendable, Equatable, CustomStringConvertible {
        /// A sentence with the package to install.
        package let description: String
    }

    /// The digest of `bytes`, 64 digits in lower case.
    package static func hex(_ bytes: some Collection<UInt8>) throws(Unavailable) -> String {
        if let reason = ccrypto_load() { throw Unavailable(description: String(cString: reason)) }
        var digest = [UInt8](repeating: 0, count: Int(CCRYPTO_SHA256_SIZE))
        if bytes.withContiguousStorageIfAvailable({ ccrypto_sha256($0.baseAddress, $0.count, &digest) }) == nil {
            let copy = Array(bytes)
            ccrypto_sha256(copy, copy.count, &digest)
        }
        return String(decoding: digest.flatMap { [digit($0 >> 4), digit($0 & 15)] }, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
