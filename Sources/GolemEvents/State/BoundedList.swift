// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A list that forgets its oldest elements above a capacity.
///
/// It trims in steps, so that appending is O(1) amortised; two lists that saw the same appends are equal.
public struct BoundedList<Element: Sendable & Equatable & Codable>: Sendable, Equatable, Codable {
    /// The elements, oldest first; at most one and a half times the capacity.
    public private(set) var elements: [Element] = []
    /// How many elements are kept at least once so many were appended.
    public let capacity: Int

    /// Makes an empty list.
    public init(capacity: Int) { self.capacity = capacity }

    /// Appends an element and forgets the oldest ones when there are too many.
    public mutating func append(_ element: Element) {
        elements.append(element)
        if elements.count > capacity + max(1, capacity / 2) { elements.removeFirst(elements.count - capacity) }
    }

    /// Changes the last element that satisfies `condition` in place; false when there is none.
    @discardableResult
    public mutating func updateLast(
        where condition: (Element) -> Bool, _ change: (inout Element) -> Void
    ) -> Bool {
        guard let index = elements.lastIndex(where: condition) else { return false }
        change(&elements[index])
        return true
    }

    /// Removes all elements.
    public mutating func removeAll() { elements.removeAll() }
}
