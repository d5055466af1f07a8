// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Waits until a condition holds, asking again and again; false after `limit`.
package func eventually(
    within limit: Duration = .seconds(20), _ condition: () async throws -> Bool
) async rethrows -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + limit
    while clock.now < end {
        if try await condition() { return true }
        try? await clock.sleep(for: .milliseconds(2))
    }
    return try await condition()
}
