// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The head of an answer, and its body as it arrives.
package struct HTTPClientResponse: Sendable {
    /// The status code of the final answer.
    package let status: Int
    /// The headers in the order of arrival.
    package let headers: [HTTPClientHeader]
    /// The URL that answered, after redirects, without user name and password.
    package let effectiveURL: String
    /// The body.
    ///
    /// It can be read once; dropping the response and its body ends the transfer.
    package let body: HTTPClientBody

    /// The value of the first header of that name, whatever its case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.utf8.elementsEqual(name.utf8, by: HTTPClientResponse.equalIgnoringCase) }?.value
    }

    /// Reads the whole body, or as much as `limit` bytes of it; ends the transfer in both cases.
    ///
    /// Cancelling the task ends the transfer. Throws what breaks the transfer.
    package func collect(limit: Int) async throws(HTTPClientError) -> (bytes: [UInt8], truncated: Bool) {
        var bytes: [UInt8] = []
        for try await chunk in body {
            let room = limit - bytes.count
            if chunk.count > room {
                bytes.append(contentsOf: chunk.prefix(room))
                body.cancel()
                return (bytes, true)
            }
            if bytes.isEmpty { bytes = chunk } else { bytes.append(contentsOf: chunk) }
        }
        return (bytes, false)
    }

    private static func equalIgnoringCase(_ left: UInt8, _ right: UInt8) -> Bool {
        func lower(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte | 0x20 : byte }
        return lower(left) == lower(right)
    }
}
