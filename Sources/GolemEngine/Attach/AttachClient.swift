// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents
import Synchronization

/// The link of a console in another process: a client of the engine's socket that reconnects by itself.
package final class AttachClient: EngineLink {
    private struct State {
        var peer: AttachPeer?
        var replies: [String: OneShot<CommandReply>] = [:]
        var pings: [UInt64: Int64] = [:]
        var isClosed = false
        var endReason: String?
    }

    private let path: String
    private let isReadOnly: Bool
    private let time: any TimeSource
    private let state = Mutex(State())
    /// A console that does not read stops the reading of the socket, and so the engine's feed: the engine counts
    /// what is lost then, and sends a snapshot.
    private let output = BoundedChannel<LinkUpdate>(capacity: 64)

    /// Makes a client of the socket at `path`; `run()` does the work.
    package init(path: String, isReadOnly: Bool, time: any TimeSource) {
        self.path = path
        self.isReadOnly = isReadOnly
        self.time = time
    }

    /// Why no connection could be made at all; nil otherwise.
    package var endReason: String? { state.withLock { $0.endReason } }

    package func updates() -> AsyncStream<LinkUpdate> {
        AsyncStream(unfolding: { [output] in await output.next() })
    }

    /// Connects, reads and reconnects until the task is cancelled or `close()` was called.
    ///
    /// A connection that cannot be made at first ends the client at once with its reason; a lost one is tried again
    /// with growing pauses, for ever.
    package func run() async {
        var attempt = 1
        var wasConnected = false
        while !Task.isCancelled, !state.withLock({ $0.isClosed }) {
            await output.send(.connecting(attempt: attempt))
            let result = await session()
            if result.greeted {
                wasConnected = true
                attempt = 0
            }
            if !wasConnected {
                state.withLock { $0.endReason = result.reason }
                await output.send(.closed(reason: result.reason))
                break
            }
            await output.send(.lost(reason: result.reason))
            attempt += 1
            let pause = min(5_000, 250 * (1 << min(attempt, 5)))
            do { try await time.sleep(for: .milliseconds(pause)) } catch { break }
        }
        output.finish()
    }

    package func send(_ command: Command) async -> CommandReply {
        let slot = OneShot<CommandReply>()
        let peer = state.withLock { state in
            if state.peer != nil { state.replies[command.id] = slot }
            return state.peer
        }
        let lost = CommandReply(
            commandID: command.id, status: .refused, code: "link_lost",
            message: "the connection to the engine is lost; whether the command arrived is unknown", seq: 0)
        guard let peer, await peer.send(.command(command)) else { return lost }
        let reply = await slot.wait()
        state.withLock { $0.replies[command.id] = nil }
        return reply ?? lost
    }

    package func resynchronise() async {
        let peer = state.withLock { $0.peer }
        await peer?.send(.resync)
    }

    package func close() async {
        state.withLock { $0.isClosed = true }
        output.finish()
    }

    /// One connection from hello to its end.
    private func session() async -> (greeted: Bool, reason: String) {
        let connection: UnixSocketConnection
        do {
            connection = try await UnixSocketConnection.connect(path: path)
        } catch {
            return (false, "no engine answers at \(path): \(error)")
        }
        defer { connection.close() }
        let peer = AttachPeer(connection: connection)
        await peer.send(
            .hello(
                LinkMessage.Hello(
                    version: LinkMessage.version, build: GolemVersion.current, features: [], wantsEvents: true,
                    isReadOnly: isReadOnly)))
        switch await peer.next() {
        case .hello: break
        case .bye(let reason): return (false, reason)
        default: return (false, "the engine at \(path) did not answer the greeting")
        }
        state.withLock { $0.peer = peer }
        let reason = await withTaskGroup(of: String?.self) { group in
            group.addTask { await self.read(peer) }
            group.addTask {
                await self.probe(peer)
                return nil
            }
            let reason = await group.next() ?? nil
            group.cancelAll()
            return reason
        }
        let open = state.withLock { state in
            state.peer = nil
            return exchange(&state.replies, with: [:])
        }
        for (id, slot) in open {
            slot.fulfil(
                CommandReply(
                    commandID: id, status: .refused, code: "link_lost",
                    message: "the connection was lost before the reply; whether the command took effect is unknown",
                    seq: 0))
        }
        return (true, reason ?? "the connection was lost")
    }

    private func read(_ peer: AttachPeer) async -> String {
        while let message = await peer.next() {
            switch message {
            case .snapshot(let snapshot): await output.send(.snapshot(snapshot))
            case .events(let events): await output.send(.events(events))
            case .missed(let count): await output.send(.missed(count))
            case .reply(let reply):
                _ = state.withLock { $0.replies[reply.commandID] }?.fulfil(reply)
            case .pong(let number, let engineTime):
                if let sent = state.withLock({ $0.pings.removeValue(forKey: number) }) {
                    await output.send(
                        .pulse(
                            roundTripMicroseconds: time.monotonicMicroseconds() - sent, engineTime: engineTime))
                }
            case .bye(let reason): return reason
            default: continue
            }
        }
        return "the connection was lost"
    }

    private func probe(_ peer: AttachPeer) async {
        var number: UInt64 = 0
        while !Task.isCancelled {
            number += 1
            let now = time.monotonicMicroseconds()
            state.withLock { state in
                state.pings = state.pings.filter { $0.key + 8 > number }
                state.pings[number] = now
            }
            guard await peer.send(.ping(number)) else { return }
            do { try await time.sleep(for: .seconds(1)) } catch { return }
        }
    }
}
