// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension MCPLink {
    /// Keeps a subscription to change notices open, in revisions without handshake.
    ///
    /// What changed while it was interrupted is not known: then everything counts as changed.
    func keepListening(_ request: MCPRequest) async {
        var pause = Duration.seconds(1)
        while !Task.isCancelled {
            let began = self.time.monotonicMicroseconds()
            do throws(MCPError) {
                let reply = try await reply(to: request, timeout: nil, onBegin: { self.subscription = $0 })
                // A server that knows no subscriptions will not learn it.
                if case .error = reply { return }
            } catch {
                if error.endsConnection || error.code == "cancelled" { return }
            }
            subscription = nil
            // One that lasted was good; only what ends soon is tried ever more rarely.
            if self.time.monotonicMicroseconds() - began >= 60_000_000 { pause = .seconds(1) }
            guard (try? await time.sleep(for: pause)) != nil else { return }
            pause = min(pause * 2, .seconds(60))
            for notice in [MCPNotice.toolsChanged, .resourcesChanged, .promptsChanged] { notices.add(notice) }
        }
    }
}
