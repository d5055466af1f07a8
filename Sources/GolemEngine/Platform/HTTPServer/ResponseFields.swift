// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Which fields of a handler's response go on the wire.
enum ResponseFields {
    private static let owned = [
        "Connection", "Content-Length", "Date", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    ]

    /// Whether this field is the handler's to set and cannot break the framing of the response.
    static func isAllowed(_ field: HTTPFields.Field) -> Bool {
        HTTPSyntax.isToken(field.name.utf8)
            && HTTPSyntax.isFieldValue(field.value.utf8)
            && !owned.contains { HTTPFields.isSameName($0, field.name) }
    }

    /// Whether the handler asks to close the connection after this response.
    static func asksToClose(_ fields: HTTPFields) -> Bool {
        fields.all("Connection").contains { HTTPFields.isSameName($0, "close") }
    }
}
