// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEvents

/// Serves consoles and the command line on a unix socket.
///
/// Only the user who runs the engine and root may connect, and nothing that the engine itself started. A console that falls behind is told so and gets a fresh
/// snapshot; it never holds up the engine.
package final class AttachServer: Sendable {
    private let listener: UnixSocketListener
    private let bus: EventBus
    private let keeper: StateKeeper
    private let commands: any CommandHandler
    private let time: any TimeSource
    private let audience: ConsoleAudience

    /// Listens at `path`, mode 0600; a live socket of another process is left alone and named in the error.
    package init(
        path: String, bus: EventBus, keeper: StateKeeper, commands: any CommandHandler, time: any TimeSource,
        audience: ConsoleAudience = ConsoleAudience()
    ) async throws {
        listener = try await UnixSocketListener.bind(path: path)
        self.bus = bus
        self.keeper = keeper
        self.commands = commands
        self.time = time
        self.audience = audience
    }

    /// Serves until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled, let connection = try? await listener.accept() {
                group.addTask { await self.serve(connection) }
            }
            group.cancelAll()
        }
        listener.close()
    }

    private func serve(_ connection: UnixSocketConnection) async {
        defer { connection.close() }
        guard let user = connection.peerUserID, user == geteuid() || user == 0 else {
            try? await connection.write(LineCodec.line(.bye("this socket belongs to another user")))
            return
        }
        // What a model or a tool starts must not be able to approve itself, whatever its sandbox lets it see.
        guard connection.peerProcessID.map({ !KeptProcesses.contain($0) }) ?? true else {
            try? await connection.write(LineCodec.line(.bye("commands and servers of the engine may not steer it")))
            return
        }
        let peer = AttachPeer(connection: connection)
        guard case .hello(let hello)? = await peer.next() else { return }
        guard hello.version == LinkMessage.version else {
            await peer.send(.bye("this engine speaks attach protocol \(LinkMessage.version), not \(hello.version)"))
            return
        }
        await peer.send(
            .hello(
                LinkMessage.Hello(
                    version: LinkMessage.version, build: GolemVersion.current, features: ["transcript"],
                    wantsEvents: false, isReadOnly: hello.isReadOnly)))
        let feed = LinkFeed(bus: bus, keeper: keeper)
        if hello.wantsEvents { audience.enter() }
        defer { if hello.wantsEvents { audience.leave() } }
        await withTaskGroup(of: Void.self) { group in
            if hello.wantsEvents {
                group.addTask {
                    await self.stream(feed, to: peer)
                    await peer.send(.bye("the engine stopped"))
                    connection.finishWriting()
                }
            }
            group.addTask { await self.answer(peer, feed, isReadOnly: hello.isReadOnly) }
            // Whoever ends first ends the connection: the reader at end of file, the writer when the engine stops.
            await group.next()
            group.cancelAll()
        }
    }

    private func stream(_ feed: LinkFeed, to peer: AttachPeer) async {
        while let update = await feed.next() {
            let message: LinkMessage
            switch update {
            case .snapshot(let snapshot): message = .snapshot(snapshot)
            case .events(let events): message = .events(events)
            case .missed(let count): message = .missed(count)
            default: continue
            }
            guard await peer.send(message) else { return }
        }
    }

    private func answer(_ peer: AttachPeer, _ feed: LinkFeed, isReadOnly: Bool) async {
        while let message = await peer.next() {
            switch message {
            case .ping(let number): await peer.send(.pong(number, time.wallNow()))
            case .resync: await feed.resynchronise()
            case .command(let command):
                if isReadOnly, command.action.isChange {
                    await peer.send(
                        .reply(
                            CommandReply(
                                commandID: command.id, status: .refused, code: "read_only",
                                message: "this console is read-only", seq: bus.position)))
                } else {
                    await peer.send(.reply(await commands.handle(command)))
                }
            default: continue
            }
        }
    }
}
