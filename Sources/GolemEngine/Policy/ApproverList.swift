// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Who may decide approvals in a chat: `policy.approvers`, entries of the form `channel:sender` or `channel:*`.
package struct ApproverList: Sendable, Equatable {
    private let entries: [String]

    /// Makes a list; entries without a colon name nobody.
    package init(_ entries: [String] = []) { self.entries = entries }

    /// Whether a sender of a channel may decide.
    package func allows(channel: String, sender: String) -> Bool {
        entries.contains { entry in
            guard let colon = entry.firstIndex(of: ":"), entry[..<colon] == channel else { return false }
            let name = entry[entry.index(after: colon)...]
            return name == "*" || name == sender
        }
    }
}
