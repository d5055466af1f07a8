// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEvents
import GolemTestSupport
import Synchronization
import Testing

@testable import GolemEngine

/// A message of the gateway.
func inbound(_ text: String, session: String = "s", id: String) -> InboundMessage {
    InboundMessage(
        channel: "gateway", chatID: session, platformID: id, sender: "u", text: text, requestID: "r-\(id)",
        isDelivered: false, receivedAt: Timestamp(seconds: 1_771_125_129))
}

extension SQLiteStore {
    /// Accepts a message that must be new and gives its number.
    func acceptNew(_ message: InboundMessage) async throws -> Int64 {
        guard case .accepted(let stored) = try await accept(message, onInserted: { _ in }) else {
            throw StoreError(code: "test", message: "a duplicate", isRetryable: false)
        }
        return stored.id
    }

    /// Ends a turn with these messages.
    func finishTurn(
        _ turn: Int64, session: String = "gateway:s", _ messages: [ModelMessage], outbound: [OutboundDraft] = [],
        isNew: Bool = false
    ) async throws -> [OutboundMessage] {
        try await finish(
            TurnRecord(
                turn: turn, session: session, messages: messages, outcome: StoredOutcome(text: "ok", errorCode: nil),
                outbound: outbound, startsNewHistory: isNew, time: Timestamp(seconds: 2)))
    }
}

@Suite(.timeLimit(.minutes(1))) struct StoreTests {
    private func open(_ workspace: TemporaryWorkspace) throws -> SQLiteStore {
        try SQLiteStore(path: workspace.path + "/golem.db")
    }

    @Test func `A message is accepted once, and its repeat knows the outcome`() async throws {
        let workspace = try TemporaryWorkspace()
        let store = try open(workspace)
        defer { store.close() }
        let id = try await store.acceptNew(inbound("hi", id: "1"))
        let held39 =
            try await store.accept(inbound("hi", id: "1"), onInserted: { _ in }) == .duplicate(id: id, outcome: nil)
        #expect(held39)
        _ = try await store.finishTurn(id, [.user("hi")])
        #expect(
            try await store.accept(inbound("hi", id: "1"), onInserted: { _ in })
                == .duplicate(id: id, outcome: StoredOutcome(text: "ok", errorCode: nil)))
    }

    @Test func `A turn ends once: a second end writes and delivers nothing`() async throws {
        let workspace = try TemporaryWorkspace()
        let store = try open(workspace)
        defer { store.close() }
        let id = try await store.acceptNew(inbound("hi", id: "1"))
        let draft = OutboundDraft(channel: "c", chatID: "1", requestID: "r", text: "t")
        let held40 = try await store.finishTurn(id, [.user("hi")], outbound: [draft]).count == 1
        #expect(held40)
        let held41 = try await store.finishTurn(id, [.user("hi")], outbound: [draft]).isEmpty
        #expect(held41)
        let held42 = try await store.history(session: "gateway:s", limit: 10).count == 1
        #expect(held42)
        let held43 = try await store.pendingOutbound(limit: 10).count == 1
        #expect(held43)
    }

    @Test func `F05 two thousand duplicate pairs get one turn each`() async throws {
        let provider = StubProvider { request, _ throws(ProviderError) in ModelResponse(text: request.userText) }
        try await EngineHarness.run(provider: provider) { harness in
            let answers = try await withThrowingTaskGroup(of: (String, StoredOutcome?).self) { group in
                for number in 0..<2_000 {
                    for _ in 0..<2 {
                        group.addTask {
                            let text = "m\(number)"
                            return (text, try await harness.chat(text, session: "s\(number % 40)", key: text))
                        }
                    }
                }
                var answers: [(String, StoredOutcome?)] = []
                for try await answer in group { answers.append(answer) }
                return answers
            }
            #expect(answers.count == 4_000)
            for (text, outcome) in answers { #expect(outcome?.text == text) }
            #expect(provider.requests.count == 2_000)
            #expect(Set(provider.requests.map(\.userText)).count == 2_000)
        }
    }

    @Test func `onStored sees the messages in the order of their numbers`() async throws {
        let workspace = try TemporaryWorkspace()
        let store = try open(workspace)
        defer { store.close() }
        let order = Order()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<500 {
                group.addTask {
                    _ = try? await store.accept(inbound("x", id: "\(number)")) { order.append($0.id) }
                }
            }
        }
        #expect(order.values == Array(1...500))
    }

    @Test func `What arrives during a commit goes into the next one together`() async throws {
        let workspace = try TemporaryWorkspace()
        let store = try open(workspace)
        defer { store.close() }
        let before = commits(workspace)
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        defer { close(reading) }
        let started = Order()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // Holds the writer as a slow disk would.
                try await store.writer.write { _ in
                    started.append(0)
                    var byte: UInt8 = 0
                    _ = read(reading, &byte, 1)
                }
            }
            #expect(await eventually { started.values.count == 1 })
            for number in 1...200 {
                group.addTask {
                    started.append(Int64(number))
                    _ = try await store.acceptNew(inbound("x", id: "\(number)"))
                }
            }
            #expect(await eventually { started.values.count == 201 })
            close(writing)
            try await group.waitForAll()
        }
        let used = commits(workspace) - before
        #expect(used >= 1 && used <= 40, "200 messages took \(used) commits")
    }

    @Test func `A failing job undoes its own work only`() async throws {
        let workspace = try TemporaryWorkspace()
        let store = try open(workspace)
        defer { store.close() }
        struct Refused: Error {}
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask {
                    _ = try? await store.writer.write { connection in
                        try connection.query(
                            "INSERT INTO sessions(key, history_start, updated_at) VALUES(?,0,0)", [.text("k\(number)")])
                        if number % 3 == 0 { throw Refused() }
                    }
                }
            }
        }
        let keys = try await store.reader.read { connection in
            var keys: Set<String> = []
            try connection.query("SELECT key FROM sessions") { keys.insert($0.text(0)) }
            return keys
        }
        #expect(keys == Set((0..<60).filter { $0 % 3 != 0 }.map { "k\($0)" }))
    }

    @Test func `A new session forgets the history for the model and keeps the rows`() async throws {
        let workspace = try TemporaryWorkspace()
        let store = try open(workspace)
        defer { store.close() }
        for (number, isNew) in [(1, false), (2, true), (3, false)] {
            let id = try await store.acceptNew(inbound("x", id: "\(number)"))
            _ = try await store.finishTurn(id, isNew ? [] : [.user("t\(number)")], isNew: isNew)
        }
        let held44 = try await store.history(session: "gateway:s", limit: 10).map(\.message) == [.user("t3")]
        #expect(held44)
        let rows = try await store.reader.read { connection in
            try connection.first("SELECT count(*) FROM messages") { $0.integer(0) } ?? 0
        }
        #expect(rows == 2)
    }

    @Test func `An unclean end leaves open messages, progress and deliveries for the next start`() async throws {
        let workspace = try TemporaryWorkspace()
        let store = try open(workspace)
        defer { store.close() }
        let done = try await store.acceptNew(inbound("done", id: "1"))
        let open = try await store.acceptNew(inbound("open", id: "2"))
        let draft = OutboundDraft(channel: "c", chatID: "1", requestID: "r", text: "t")
        let queued = try await store.finishTurn(done, [.user("done")], outbound: [draft])
        let asking = ModelMessage.assistant(
            text: "", toolCalls: [ModelToolCall(id: "c1", name: "t", arguments: "{}")])
        try await store.noteProgress(turn: open, messages: [asking], startedCalls: [])
        try await store.noteProgress(turn: open, messages: [], startedCalls: ["c1"])
        try await store.noteDelivery(id: queued[0].id, .retry(error: "429", at: Timestamp(seconds: 77)))

        // As after kill -9: nothing was closed, only the files are there.
        let copy = try TemporaryWorkspace()
        for name in ["golem.db", "golem.db-wal"] {
            try Data(workspace.bytes(of: name)).write(to: URL(filePath: "\(copy.path)/\(name)"))
        }
        let next = try SQLiteStore(path: copy.path + "/golem.db")
        defer { next.close() }
        let held45 = try await next.unfinishedMessages().map(\.message.text) == ["open"]
        #expect(held45)
        let held46 = try await next.progress(turn: open) == TurnProgress(messages: [asking], startedCalls: ["c1"])
        #expect(held46)
        let pending = try await next.pendingOutbound(limit: 9)
        #expect(pending.map(\.attempts) == [1])
        #expect(pending.map(\.nextAttempt) == [Timestamp(seconds: 77)])
    }

    /// The commits that the log of changes holds: frames that carry the size of the database.
    private func commits(_ workspace: TemporaryWorkspace) -> Int {
        let log = workspace.bytes(of: "golem.db-wal")
        guard log.count > 32 else { return 0 }
        func number(_ offset: Int) -> Int { log[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
        let frame = 24 + number(8)
        return stride(from: 32, to: log.count - 23, by: frame).count {
            number($0 + 4) != 0 && number($0 + 8) == number(16)
        }
    }
}

/// Notes numbers in the order in which they come.
final class Order: Sendable {
    private let noted = Mutex<[Int64]>([])

    var values: [Int64] { noted.withLock { $0 } }

    func append(_ value: Int64) { noted.withLock { $0.append(value) } }
}
