// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct StoreFaultTests {
    /// Lets the database grow by so many pages and no more; nil for no limit.
    private func allow(_ pages: Int?, _ store: SQLiteStore) async throws {
        try await store.writer.write { connection in
            let now = try connection.first("PRAGMA page_count") { $0.integer(0) } ?? 0
            let limit = pages.map { now + Int64($0) } ?? 1_000_000
            try connection.query("PRAGMA max_page_count = \(limit)")
        }
    }

    @Test func `A full disk has its code, loses nothing and goes away with its cause`() async throws {
        let workspace = try TemporaryWorkspace()
        let store = try SQLiteStore(path: workspace.path + "/golem.db")
        defer { store.close() }
        try await allow(20, store)
        let text = String(repeating: "x", count: 3_000)
        let results = await withTaskGroup(of: (Int, StoreError?).self) { group in
            for number in 0..<200 {
                group.addTask {
                    do throws(StoreError) {
                        _ = try await store.accept(inbound(text, id: "\(number)"), onInserted: { _ in })
                        return (number, nil)
                    } catch {
                        return (number, error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let refused = results.compactMap(\.1)
        #expect(!refused.isEmpty)
        for error in refused {
            #expect(error.code == "disk_full")
            #expect(error.isRetryable)
        }
        // Exactly those that were accepted are there.
        let accepted = Set(results.filter { $0.1 == nil }.map { "\($0.0)" })
        #expect(Set(try await store.unfinishedMessages().map(\.message.platformID)) == accepted)
        try await allow(nil, store)
        for (number, error) in results where error != nil {
            _ = try await store.acceptNew(inbound(text, id: "\(number)"))
        }
        let held47 = try await store.unfinishedMessages().count == 200
        #expect(held47)
    }

    @Test func `A turn whose end finds the disk full waits, is shown, and ends when there is room`() async throws {
        let provider = GatedProvider()
        try await EngineHarness.run(provider: provider) { harness in
            let text = String(repeating: "a long question ", count: 4_000)
            async let answer = harness.chat(text)
            #expect(await provider.waitForCalls(1))
            try await allow(2, harness.engine.store)
            provider.release()
            let down = await harness.events.first { event in
                if case .serviceHealth(let change) = event.kind, case .down = change.health {
                    return change.service == "store"
                }
                return false
            }
            #expect(down != nil)
            try await allow(nil, harness.engine.store)
            let held48 = try await answer?.text == "re: \(text)"
            #expect(held48)
            #expect(await harness.state().services["store"]?.health == .healthy)
            #expect(provider.callCount == 1, "the model is not asked again")
        }
    }

    @Test func `A message whose commit fails is refused, and nothing of its turn gets out`() async throws {
        let tool = RecordingTool("act", hasSideEffects: true)
        let provider = StubProvider { request, _ throws(ProviderError) in
            request.isFirstStep ? .call("act", id: "c") : ModelResponse(text: "done")
        }
        try await EngineHarness.run(provider: provider, configure: { _ = $0.tools.register(tool) }) { harness in
            // A commit that fails although the row could be written, as on a disk that becomes full in between.
            try await harness.engine.store.writer.write { connection in
                try connection.execute(
                    """
                    CREATE TABLE parent(id INTEGER PRIMARY KEY);
                    CREATE TABLE child(parent REFERENCES parent(id) DEFERRABLE INITIALLY DEFERRED);
                    CREATE TRIGGER no_commit AFTER INSERT ON inbox BEGIN INSERT INTO child VALUES(1); END
                    """)
            }
            await #expect(throws: Agent.Refusal.self) { try await harness.offer("refused") }
            let end = await harness.events.first { event in
                if case .turnFailed(let failed) = event.kind { failed.code == Agent.notStored } else { false }
            }
            #expect(end != nil)
            #expect(tool.calls.isEmpty)
            let history = try await harness.engine.store.history(session: "gateway:s", limit: 10)
            #expect(history.isEmpty)
            #expect(await eventually { harness.engine.agent.load == (0, 0) })
            try await harness.engine.store.writer.write { try $0.execute("DROP TRIGGER no_commit") }
            let answer = try await harness.chat("accepted")
            #expect(answer?.text == "done")
            #expect(tool.calls.count == 1)
        }
    }

    @Test func `A full disk at the door is a 503, and the message can be sent again`() async throws {
        let provider = StubProvider { request, _ throws(ProviderError) in ModelResponse(text: "ok") }
        try await EngineHarness.run(provider: provider) { harness in
            try await allow(0, harness.engine.store)
            let body = JSONValue.object(["message": .string(String(repeating: "x", count: 60_000))]).text
            let refused = try await post(harness.port, body, headers: ["Idempotency-Key: k"])
            #expect(refused.status == 503)
            #expect(refused.field("Retry-After") == "10")
            try await allow(nil, harness.engine.store)
            let held49 = try await post(harness.port, body, headers: ["Idempotency-Key: k"]).status == 200
            #expect(held49)
        }
    }

    @Test func `A damaged file is refused with the way out and not changed by a byte`() async throws {
        let workspace = try TemporaryWorkspace()
        try await fill(workspace, rows: 2_000)
        try damage(workspace, at: [0.5])
        let before = workspace.bytes(of: "golem.db")
        let error = #expect(throws: StoreError.self) { _ = try SQLiteStore(path: workspace.path + "/golem.db") }
        #expect(error?.code == "damaged")
        #expect(error?.message.contains("golem store recover") == true)
        #expect(workspace.bytes(of: "golem.db") == before)
    }

    @Test func `A file too large to be checked before the start is checked while the engine runs`() async throws {
        let workspace = try TemporaryWorkspace()
        let path = workspace.path + "/golem.db"
        try await fill(workspace, rows: 2_000)
        let sound = try SQLiteStore(path: path, checkedAtStart: 0)
        #expect(await sound.finishCheck() == nil)
        sound.close()
        try damage(workspace, at: [0.5])
        let store = try SQLiteStore(path: path, checkedAtStart: 0)
        defer { store.close() }
        let error = await store.finishCheck()
        #expect(error?.code == "damaged")
        #expect(error?.message.contains("golem store recover") == true)
    }

    @Test func `A file that is no database is refused and not changed`() throws {
        let workspace = try TemporaryWorkspace()
        let text = String(repeating: "not a database\n", count: 500)
        try workspace.write(text, to: "golem.db")
        let error = #expect(throws: StoreError.self) { _ = try SQLiteStore(path: workspace.path + "/golem.db") }
        #expect(error?.code == "damaged")
        #expect(workspace.bytes(of: "golem.db") == Array(text.utf8))
    }

    @Test func `A file of a newer version is refused and not changed`() throws {
        let workspace = try TemporaryWorkspace()
        do {
            let connection = try SQLiteConnection(path: workspace.path + "/golem.db")
            try connection.execute("CREATE TABLE later(x); PRAGMA user_version = 99")
        }
        let before = workspace.bytes(of: "golem.db")
        let error = #expect(throws: StoreError.self) { _ = try SQLiteStore(path: workspace.path + "/golem.db") }
        #expect(error?.code == "too_new")
        #expect(workspace.bytes(of: "golem.db") == before)
    }

    // MARK: - Recovery

    @Test func `The tables that recovery knows are those of a fresh database`() throws {
        let workspace = try TemporaryWorkspace()
        let connection = try SQLiteConnection(path: workspace.path + "/golem.db")
        try SQLiteStore.migrate(connection, from: 0)
        var names: [String] = []
        try connection.query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'") {
            names.append($0.text(0))
        }
        #expect(names == StoreSchema.tables.map(\.name))
        for table in StoreSchema.tables {
            var columns: [String: Bool] = [:]
            try connection.query("SELECT name, type FROM pragma_table_info('\(table.name)')") {
                columns[$0.text(0)] = $0.text(1) == "INTEGER"
            }
            #expect(columns == Dictionary(uniqueKeysWithValues: table.columns.map { ($0.name, $0.isInteger) }))
        }
    }

    @Test(arguments: [[0.5], [0.3, 0.31, 0.6, 0.9], [0.05, 0.95]])
    func `Recovery keeps the damaged file and goes on with the rows around the damage`(places: [Double]) async throws {
        let workspace = try TemporaryWorkspace()
        try await fill(workspace, rows: 3_000)
        try damage(workspace, at: places)
        let damaged = workspace.bytes(of: "golem.db")
        let report = try StoreRecovery.recover(path: workspace.path + "/golem.db")
        #expect(!report.isComplete)
        let name = String(report.damagedPath.dropFirst(workspace.path.count + 1))
        #expect(name.hasPrefix("golem.db.damaged-"))
        #expect(workspace.bytes(of: name) == damaged, "the damaged file was changed")
        let store = try SQLiteStore(path: workspace.path + "/golem.db")
        defer { store.close() }
        let open = try await store.unfinishedMessages()
        let inbox = try #require(report.tables.first { $0.name == "inbox" })
        #expect(inbox.recovered == open.count)
        #expect(open.count > 2_400, "only \(open.count) of 3000 rows were found")
        for message in open { #expect(message.message == Self.row(Int(message.id) - 1), "a row was made up") }
        _ = try await store.acceptNew(inbound("new", id: "new"))
    }

    @Test func `Recovery of a file without a readable page gives an empty database`() throws {
        let workspace = try TemporaryWorkspace()
        try workspace.write(String(repeating: "garbage", count: 3_000), to: "golem.db")
        let report = try StoreRecovery.recover(path: workspace.path + "/golem.db")
        #expect(report.tables.allSatisfy { $0.recovered == 0 && !$0.isComplete })
        try SQLiteStore(path: workspace.path + "/golem.db").close()
        #expect(workspace.names().contains { $0.hasPrefix("golem.db.damaged-") })
    }

    @Test func `Recovery leaves a sound file alone`() async throws {
        let workspace = try TemporaryWorkspace()
        try await fill(workspace, rows: 10)
        let before = workspace.bytes(of: "golem.db")
        let error = #expect(throws: StoreError.self) {
            _ = try StoreRecovery.recover(path: workspace.path + "/golem.db")
        }
        #expect(error?.code == "not_damaged")
        #expect(workspace.bytes(of: "golem.db") == before)
    }

    private static func row(_ number: Int) -> InboundMessage {
        inbound(
            "\(number) " + String(repeating: "text ", count: number % 200), session: "s\(number % 9)", id: "\(number)")
    }

    private func fill(_ workspace: TemporaryWorkspace, rows: Int) async throws {
        let store = try SQLiteStore(path: workspace.path + "/golem.db")
        try await store.writer.write { connection in
            for number in 0..<rows {
                let message = Self.row(number)
                try connection.query(
                    """
                    INSERT INTO inbox(channel, platform_id, chat_id, session, sender, text, request_id, is_delivered,
                    received_at) VALUES(?,?,?,?,?,?,?,0,?)
                    """,
                    [
                        .text(message.channel), .text(message.platformID), .text(message.chatID),
                        .text(message.session), .text(message.sender), .text(message.text), .text(message.requestID),
                        .integer(message.receivedAt.microseconds),
                    ])
            }
        }
        store.close()
    }

    /// Overwrites whole pages with noise.
    private func damage(_ workspace: TemporaryWorkspace, at places: [Double]) throws {
        var bytes = workspace.bytes(of: "golem.db")
        var random = SeededGenerator(seed: 4)
        let pages = bytes.count / 4_096
        for place in places {
            let start = max(1, Int(Double(pages) * place)) * 4_096
            for index in start..<start + 4_096 { bytes[index] = UInt8.random(in: 0...255, using: &random) }
        }
        try Data(bytes).write(to: URL(filePath: workspace.path + "/golem.db"))
    }
}
