// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents
import Synchronization

/// The link of a console in another process: a client of the engine's socket that reconnects by itself.
package final class AttachClient: EngineLink {
    private struct State {
        var peer: AttachPeer?
        /// Who waits for the reply to a command; the same command may be sent twice.
        var replies: [String: [OneShot<CommandReply>]] = [:]
        /// The position of the newest update; nil until the first snapshot of a connection.
        var position: UInt64?
        var pings: [UInt64: Int64] = [:]
        var isClosed = false
        var endReason: String?
    }

    /// Why there is no connection.
    package struct Failure: Error, Sendable, Equatable {
        /// A sentence.
        package let reason: String
    }

    private let transport: any AttachTransport
    private let isReadOnly: Bool
    private let time: any TimeSource
    private let state = Mutex(State())
    /// A console that does not read stops the reading of the socket, and so the engine's feed: the engine counts
    /// what is lost then, and sends a snapshot.
    private let output = BoundedChannel<LinkUpdate>(capacity: 64)
    private let firstGreeting = OneShot<Result<LinkMessage.Hello, Failure>>()

    /// Makes a client of the engine at the other end of `transport`; `run()` does the work.
    package init(transport: any AttachTransport, isReadOnly: Bool, time: any TimeSource) {
        self.transport = transport
        self.isReadOnly = isReadOnly
        self.time = time
    }

    /// Makes a client of the socket at `path`; `run()` does the work.
    package convenience init(path: String, isReadOnly: Bool, time: any TimeSource) {
        self.init(transport: SocketTransport(path: path), isReadOnly: isReadOnly, time: time)
    }

    /// Waits for the first connection: the engine's greeting, or why there is none.
    ///
    /// A cancelled wait is a failure; nil when neither came within `limit`.
    package func greeting(within limit: Duration? = nil) async -> Result<LinkMessage.Hello, Failure>? {
        let interrupted = Result<LinkMessage.Hello, Failure>.failure(Failure(reason: "interrupted"))
        guard let limit else { return await firstGreeting.wait() ?? interrupted }
        return try? await time.withDeadline(limit) { await self.firstGreeting.wait() ?? interrupted }
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
                firstGreeting.fulfil(.failure(Failure(reason: result.reason)))
                await output.send(.closed(reason: result.reason))
                break
            }
            await output.send(.lost(reason: result.reason))
            attempt += 1
            let pause = min(5_000, 250 * (1 << min(attempt, 5)))
            do { try await time.sleep(for: .milliseconds(pause)) } catch { break }
        }
        firstGreeting.fulfil(.failure(Failure(reason: "closed")))
        output.finish()
    }

    package func send(_ command: Command) async -> CommandReply {
        let slot = OneShot<CommandReply>()
        let peer = state.withLock { state in
            if state.peer != nil { state.replies[command.id, default: []].append(slot) }
            return state.peer
        }
        let lost = CommandReply(
            commandID: command.id, status: .refused, code: "link_lost",
            message: "the connection to the engine is lost; whether the command arrived is unknown", seq: 0)
        guard let peer, await peer.send(.command(command)) else { return lost }
        let reply = await slot.wait()
        state.withLock { state in
            state.replies[command.id]?.removeAll { $0 === slot }
            if state.replies[command.id]?.isEmpty == true { state.replies[command.id] = nil }
        }
        return reply ?? lost
    }

    package func resynchronise() async {
        let peer = state.withLock { $0.peer }
        await peer?.send(.resync)
    }

    package func close() async {
        let peer = state.withLock { state in
            state.isClosed = true
            return state.peer
        }
        peer?.close()
        output.finish()
    }

    /// One connection from its making to its end.
    private func session() async -> (greeted: Bool, reason: String) {
        let connection: UnixSocketConnection
        do {
            connection = try await transport.connect()
        } catch {
            return (false, "\(error)")
        }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.transport.accompany() }
            let result = await self.converse(connection)
            connection.close()
            let reason = await self.transport.finish()
            group.cancelAll()
            return (result.greeted, reason ?? result.reason)
        }
    }

    /// Speaks with the engine, from hello to the end.
    private func converse(_ connection: UnixSocketConnection) async -> (greeted: Bool, reason: String) {
        let peer = AttachPeer(connection: connection)
        await peer.send(
            .hello(
                LinkMessage.Hello(
                    version: LinkMessage.version, build: GolemVersion.current, features: [], wantsEvents: true,
                    isReadOnly: isReadOnly)))
        switch await peer.next() {
        case .hello(let hello): firstGreeting.fulfil(.success(hello))
        case .bye(let reason): return (false, reason)
        default: return (false, "\(transport.name) did not answer the greeting")
        }
        state.withLock { state in
            state.peer = peer
            state.position = nil
        }
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
        for (id, slots) in open {
            let reply = CommandReply(
                commandID: id, status: .refused, code: "link_lost",
                message: "the connection was lost before the reply; whether the command took effect is unknown",
                seq: 0)
            for slot in slots { slot.fulfil(reply) }
        }
        return (true, reason ?? "the connection was lost")
    }

    private func read(_ peer: AttachPeer) async -> String {
        while let message = await peer.next() {
            switch message {
            case .snapshot(let snapshot):
                state.withLock { $0.position = snapshot.state.seq }
                await output.send(.snapshot(snapshot))
            case .events(let events): await pass(events, from: peer)
            case .missed(let count): await output.send(.missed(count))
            case .reply(let reply):
                for slot in state.withLock({ $0.replies[reply.commandID] ?? [] }) { slot.fulfil(reply) }
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

    /// Passes events on when they follow what came before; otherwise asks for a snapshot, never guesses.
    private func pass(_ events: [Event], from peer: AttachPeer) async {
        guard let first = events.first, let last = events.last else { return }
        let gap = state.withLock { state -> Int? in
            guard let position = state.position else { return nil }
            let isNext = first.seq == position &+ 1 && last.seq &- first.seq == UInt64(events.count - 1)
            state.position = isNext ? last.seq : nil
            return isNext ? 0 : max(1, Int(clamping: Int64(bitPattern: first.seq &- position &- 1)))
        }
        switch gap {
        case 0?: await output.send(.events(events))
        case let missed?:
            await output.send(.missed(missed))
            await peer.send(.resync)
        case nil: break
        }
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
