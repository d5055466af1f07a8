// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// The link of a console in the engine's own process.
package final class LocalLink: EngineLink {
    private let feed: LinkFeed
    private let commands: any CommandHandler
    private let time: any TimeSource
    private let audience: ConsoleAudience

    /// Makes a link.
    package init(
        bus: EventBus, keeper: StateKeeper, commands: any CommandHandler, time: any TimeSource,
        audience: ConsoleAudience = ConsoleAudience()
    ) {
        self.audience = audience
        audience.enter()
        feed = LinkFeed(bus: bus, keeper: keeper)
        self.commands = commands
        self.time = time
    }

    deinit { audience.leave() }

    package func updates() -> AsyncStream<LinkUpdate> {
        AsyncStream(unfolding: { [feed, time] in await feed.next(orPulseAfter: .seconds(1), time: time) })
    }

    package func send(_ command: Command) async -> CommandReply { await commands.handle(command) }

    package func resynchronise() async { await feed.resynchronise() }

    package func close() async {}
}

/// Carries out commands; the one door for operator actions.
package protocol CommandHandler: Sendable {
    /// Checks and carries out a command; answers with the state read back.
    func handle(_ command: Command) async -> CommandReply
}
