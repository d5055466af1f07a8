// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEngine

/// Waits until the test opens the latch, or the waiting task is cancelled; then says so as a connection would.
package func hold(until latch: Latch) async throws(MCPError) {
    await latch.wait()
    if !latch.isOpen { throw MCPError("cancelled", "the call was cancelled") }
}
