// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A revision of the protocol that Golem speaks; later ones are greater.
enum MCPRevision: String, Sendable, Comparable, CaseIterable {
    case november2024 = "2024-11-05"
    case march2025 = "2025-03-26"
    case june2025 = "2025-06-18"
    case november2025 = "2025-11-25"
    case july2026 = "2026-07-28"

    /// The newest revision with the `initialize` handshake.
    static let newestWithHandshake = MCPRevision.november2025

    static func < (left: MCPRevision, right: MCPRevision) -> Bool { left.rawValue < right.rawValue }

    /// Whether each request says for itself who asks and in which revision: no handshake, no sessions, no requests
    /// from the server.
    var isStateless: Bool { self >= .july2026 }
    /// Whether HTTP requests name the revision in `MCP-Protocol-Version`.
    var hasVersionHeader: Bool { self >= .june2025 }
    /// Whether servers may ask people something.
    var hasElicitation: Bool { self >= .june2025 }

    /// Whether servers may ask people to open a page.
    var hasURLElicitation: Bool { self >= .november2025 }

    /// The newest of the named revisions that Golem speaks.
    static func newest(of names: [String], where isWanted: (MCPRevision) -> Bool = { _ in true }) -> MCPRevision? {
        names.compactMap { MCPRevision(rawValue: $0) }.filter(isWanted).max()
    }
}
