// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What a caller may choose as an id: of a request, a session or a sender.
package enum RequestIDRules {
    /// The field that carries the id of a request, in both directions.
    package static let fieldName = "X-Request-ID"
    /// The most characters that an id may have.
    package static let maxLength = 128

    /// What the `X-Request-ID` of a request says.
    package enum Outcome: Sendable, Equatable {
        /// None, or a blank one: the gateway makes one.
        case absent
        /// The caller's id, to be used.
        case valid(String)
        /// To be refused with 400; the sentence says why.
        case invalid(String)
    }

    /// Reads the id from the fields of a request.
    package static func check(_ headers: HTTPFields) -> Outcome {
        let values = headers.all(fieldName)
        guard values.count <= 1 else { return .invalid("there is more than one \(fieldName)") }
        // The fields' values have no white space around them.
        guard let id = values.first, !id.isEmpty else { return .absent }
        guard isValid(id) else {
            return .invalid("\(fieldName) must be at most \(maxLength) printable ASCII characters")
        }
        return .valid(id)
    }

    /// Whether a text is 1...128 printable ASCII characters, the blank included.
    package static func isValid(_ id: String) -> Bool {
        (1...maxLength).contains(id.utf8.count) && id.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
