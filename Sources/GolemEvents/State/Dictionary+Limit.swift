// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension Dictionary {
    /// Forgets the entry that comes first in `order` while there are more than `limit`.
    ///
    /// Asked after every insertion, it keeps a collection bounded whatever happens outside.
    mutating func limit(to limit: Int, droppingFirst order: (Element, Element) -> Bool) {
        while count > limit, let first = self.min(by: order) { self[first.key] = nil }
    }
}
