// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEvents
import Synchronization

/// Serves consoles and the command line on a unix socket.
///
/// Only the user who runs the engine and root may connect, and nothing that the engine itself started. A console that
/// falls behind is told so and gets a fresh snapshot; it never holds up the engine.
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
        // Whoever may only look cannot be asked.
        let isAudience = hello.wantsEvents && !hello.isReadOnly
        if isAudience { audience.enter() }
        defer { if isAudience { audience.leave() } }
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

    /// How many commands of one connection may wait for those before them.
    private static let commandLimit = 256

    /// Reads on whatever is under way: behind a command that takes long the emergency stop may come.
    ///
    /// Commands are carried out in their order, except those that wait for others: an emergency stop, and what is asked
    /// of an MCP server.
    private func answer(_ peer: AttachPeer, _ feed: LinkFeed, isReadOnly: Bool) async {
        let (ordered, queue) = AsyncStream<Command>.makeStream(bufferingPolicy: .bufferingOldest(Self.commandLimit))
        let running = Running()
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await command in ordered { await peer.send(.reply(await self.commands.handle(command))) }
            }
            while let message = await peer.next() {
                switch message {
                case .ping(let number): await peer.send(.pong(number, time.wallNow()))
                case .resync: await feed.resynchronise()
                case .command(let command):
                    if isReadOnly, command.action.isChange {
                        await peer.send(.reply(refusal(command, "read_only", "this console is read-only")))
                    } else if !command.action.takesItsTime {
                        if case .dropped = queue.yield(command) { await peer.send(.reply(busy(command))) }
                    } else if running.begin(limit: Self.commandLimit) {
                        group.addTask {
                            await peer.send(.reply(await self.commands.handle(command)))
                            running.end()
                        }
                    } else {
                        await peer.send(.reply(busy(command)))
                    }
                default: continue
                }
            }
            // What was asked before the end is carried out.
            queue.finish()
        }
    }

    /// The commands that do not wait for each other.
    private final class Running: Sendable {
        private let count = Mutex(0)

        /// Counts one more; false when there are too many.
        func begin(limit: Int) -> Bool {
            count.withLock { count in
                guard count < limit else { return false }
                count += 1
                return true
            }
        }

        func end() { count.withLock { $0 -= 1 } }
    }

    private func busy(_ command: Command) -> CommandReply {
        refusal(command, "busy", "\(Self.commandLimit) commands of this console are under way; try again")
    }

    private func refusal(_ command: Command, _ code: String, _ message: String) -> CommandReply {
        CommandReply(commandID: command.id, status: .refused, code: code, message: message, seq: bus.position)
    }
}

extension Command.Action {
    /// Whether it does not wait for other commands of its console, nor they for it.
    fileprivate var takesItsTime: Bool {
        switch self {
        case .emergencyStop, .disableServer, .enableServer, .reconnectServer, .setToolHidden, .testServer: true
        default: false
        }
    }
}
