// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Synchronization

/// Takes messages in, answers each once, and remembers what was said.
///
/// A message is stored before `accept` returns; from then on it is answered, by this process or the next one. What
/// people wrote is stored as they wrote it; what the model and the tools say is stored without known secrets.
package final class Agent: Sendable {
    /// Why a message was not taken.
    package struct Refusal: Error, Sendable, Equatable {
        /// `lanes_full`, `stopping`, or the store's code.
        package var code: String
        /// A sentence.
        package var message: String
    }

    /// What became of an offered message.
    package enum Intake: Sendable {
        /// It is being answered; the feed follows the turn.
        case accepted(turn: Int64, feed: TurnFeed)
        /// It was answered before.
        case answered(StoredOutcome)
        /// It was accepted before and is still being answered; the feed follows that turn when it is known.
        case running(feed: TurnFeed?)
    }

    struct Running {
        var controls: [String: TurnControl] = [:]
        var feeds: [Int64: TurnFeed] = [:]
        var isStopping = false
        var isStoreDown = false
    }

    /// The end of a turn whose message could not be stored: its sender was told so.
    static let notStored = "not_stored"

    /// The end that clients see when the engine stops before the answer: the message stays and is answered later.
    static let stopping = StoredOutcome(text: "the engine is stopping", errorCode: "shutdown")

    let parts: AgentParts
    let cache: SessionCache
    let pump: DeltaPump
    let commands: SlashCommands
    let running = Mutex(Running())
    let wallTimes: DeadlineWatch
    let onOutbound: @Sendable ([OutboundMessage]) -> Void
    private let lanes: SessionLanes

    /// Makes an agent; `onOutbound` is told of committed outbox rows.
    package init(
        parts: AgentParts, lanes: SessionLanes, workspace: String, queue: BlockingQueue,
        onOutbound: @escaping @Sendable ([OutboundMessage]) -> Void
    ) {
        self.parts = parts
        self.lanes = lanes
        self.onOutbound = onOutbound
        cache = SessionCache(windowTokens: parts.limits.historyTokens)
        pump = DeltaPump(bus: parts.bus, time: parts.time)
        wallTimes = DeadlineWatch(limit: parts.limits.wallTime, time: parts.time)
        commands = SlashCommands(
            memory: MemoryFiles(folder: workspace + "/memory"), queue: queue, statusText: parts.statusText)
    }

    /// Answers messages until `stop` was called and all turns have ended.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.pump.run() }
            group.addTask { await self.wallTimes.run() }
            await lanes.run { await self.answer($0) }
            group.cancelAll()
        }
    }

    /// Takes up what an earlier process accepted and did not answer; called before the first `accept`, so that new
    /// messages wait behind the old ones.
    package func resumeUnfinished() async throws(StoreError) -> Int {
        let messages = try await parts.store.unfinishedMessages()
        running.withLock { running in
            for stored in messages where !stored.message.isDelivered { running.feeds[stored.id] = TurnFeed() }
        }
        lanes.resume(messages)
        return messages.count
    }

    /// Stores a message and queues its turn.
    ///
    /// `feed` follows the turn of a new message; whoever wants to miss nothing has a reader before.
    package func accept(
        _ message: InboundMessage, feed: TurnFeed = TurnFeed()
    ) async throws(Refusal) -> Intake {
        if let words = ApprovalWords(message.text) { return .answered(await decide(words, message)) }
        if message.text.trimmed.lowercased() == "/stop", let answer = stopRunning(message) { return .answered(answer) }
        // A duplicate whose turn ended in the meantime has its answer in the store at the second look.
        for _ in 0..<2 {
            let intake = try await offer(message, feed)
            if case .running(feed: nil) = intake, !message.isDelivered { continue }
            return intake
        }
        return .running(feed: nil)
    }

    /// Ends the running turn of a session; false when none runs.
    package func cancelTurn(session: String, by actor: String) -> Bool {
        guard let control = running.withLock({ $0.controls[session] }) else { return false }
        control.end(.cancelled(by: actor))
        return true
    }

    /// Starts no more turns and gives the running ones `grace`, or less when `hurry` is opened; what is not done then
    /// is taken up at the next start.
    ///
    /// Turns that only wait for a person are not waited for.
    package func stop(grace: Duration, hurry: Latch) async {
        lanes.stop()
        let controls = running.withLock { running in
            running.isStopping = true
            return Array(running.controls.values)
        }
        for control in controls { control.endWhenWaiting() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.lanes.waitUntilIdle() }
            group.addTask { try? await self.parts.time.sleep(for: grace) }
            group.addTask { await hurry.wait() }
            await group.next()
            group.cancelAll()
        }
        let (late, feeds) = running.withLock { ($0.controls.values.map { $0 }, $0.feeds.values.map { $0 }) }
        for control in late { control.end(.shutdown) }
        for feed in feeds { feed.publish(.ended(Self.stopping)) }
    }

    /// Turns that run, and messages that wait.
    package var load: (running: Int, waiting: Int) { lanes.load }

    /// One attempt to store a message.
    private func offer(_ message: InboundMessage, _ feed: TurnFeed) async throws(Refusal) -> Intake {
        guard lanes.reserve() else {
            let isStopping = running.withLock { $0.isStopping }
            let refusal =
                isStopping
                ? Refusal(code: "stopping", message: "the engine is stopping")
                : Refusal(code: "lanes_full", message: "too many messages wait; try again later")
            reject(message, code: refusal.code, reason: refusal.message)
            throw refusal
        }
        let acceptance: Acceptance
        let queued = OneShot<StoredMessage>()
        do {
            acceptance = try await parts.store.accept(message) { stored in
                queued.fulfil(stored)
                self.queue(stored, feed)
            }
            noteStore(nil)
        } catch {
            // A turn that was begun already ends without a trace, and gives its place back itself.
            if let stored = queued.current { stored.isCommitted.fulfil(false) } else { lanes.release() }
            noteStore(error)
            reject(message, code: error.code, reason: error.message)
            throw Refusal(code: error.code, message: error.message)
        }
        switch acceptance {
        case .accepted(let stored):
            return .accepted(turn: stored.id, feed: feed)
        case .duplicate(let id, let outcome):
            lanes.release()
            reject(message, code: "duplicate", reason: "this message was accepted before")
            if let outcome { return .answered(outcome) }
            return .running(feed: running.withLock { $0.feeds[id] })
        }
    }

    /// Queues a message whose commit is under way: the model answers while the disk writes.
    ///
    /// Called in the order of the store.
    private func queue(_ stored: StoredMessage, _ feed: TurnFeed) {
        let isStopping = running.withLock { running in
            if !running.isStopping { running.feeds[stored.id] = feed }
            return running.isStopping
        }
        // Published before the turn can start, so that observers see things in their order.
        publishReceived(stored, depth: lanes.depth(of: stored.message.session) + 1)
        if isStopping {
            feed.publish(.ended(Self.stopping))
            lanes.release()
        } else {
            lanes.enqueue(stored)
        }
    }

    private func stopRunning(_ message: InboundMessage) -> StoredOutcome? {
        cancelTurn(session: message.session, by: message.sender)
            ? StoredOutcome(text: "Stopped.", errorCode: nil) : nil
    }

    private func reject(_ message: InboundMessage, code: String, reason: String) {
        publish(
            .chatRejected(
                ChatRejected(
                    channel: message.channel, chatID: message.chatID, sender: message.sender, code: code,
                    reason: reason)), message)
    }

    func publishReceived(_ stored: StoredMessage, depth: Int) {
        let message = stored.message
        publish(
            .chatReceived(
                ChatReceived(
                    channel: message.channel, chatID: message.chatID, sender: message.sender,
                    text: String(parts.redactor.redact(message.text).prefix(2_000)), length: message.text.count,
                    queueDepth: depth, isOperator: message.isOperator ? true : nil)), message)
    }

    func publish(_ kind: EventKind, _ message: InboundMessage) {
        parts.bus.publish(kind, requestID: message.requestID, session: message.session)
    }

    /// Publishes how the store is when that changed.
    func noteStore(_ error: StoreError?, retryAt: Timestamp? = nil) {
        let wasDown = running.withLock { exchange(&$0.isStoreDown, with: error != nil) }
        if let error {
            publishStore(.down(reason: error.message, retryAt: retryAt))
        } else if wasDown {
            publishStore(.healthy)
        }
    }

    private func publishStore(_ health: ServiceHealth) {
        parts.bus.publish(.serviceHealth(ServiceHealthChanged(service: "store", health: health)))
    }
}
