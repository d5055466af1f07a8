// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemTestSupport
import Synchronization
import Testing

/// `kill -9` of the real executable, and what its next start makes of it.
@Suite struct CrashRecoveryTests {
    /// When the engine is killed.
    enum Moment: Sendable {
        /// When so many messages are in the inbox.
        case stored(Int)
        /// When the model was asked for so many answers.
        case asked(Int)
        /// When so many clients have their answer.
        case answered(Int)

        /// A moment of the 200 turns, by chance.
        init(seed: UInt64) {
            var random = SeededGenerator(seed: seed)
            let count = Int.random(in: 5..<195, using: &random)
            switch seed % 3 {
            case 0: self = .stored(count)
            case 1: self = .asked(count)
            default: self = .answered(count)
            }
        }
    }

    /// The answers that 200 clients got, by client.
    private final class Answers: Sendable {
        private let texts = Mutex<[Int: Set<String>]>([:])

        func note(_ number: Int, _ text: String) { texts.withLock { _ = $0[number, default: []].insert(text) } }
        var all: [Int: Set<String>] { texts.withLock { $0 } }
        var count: Int { texts.withLock { $0.count } }
    }

    private static let clients = 200

    @Test(arguments: [3, 4, 5, 8] as [UInt64])
    func `F01 F05 kill -9 amid 200 turns loses no accepted message and answers none twice`(seed: UInt64) async throws {
        let moment = Moment(seed: seed)
        let model = try await PythonServer.start("model_server.py", ["--latency-ms", "150", "--stamp"])
        let home = try GolemHome()
        let variables = GolemHome.variables(model: model)
        let answers = Answers()
        do {
            let server = try await home.startServer(variables: variables)
            let store = try StoreWindow(path: home.database)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await Self.sendAll(to: server, answers, isFirst: true) }
                group.addTask {
                    let isReached = await eventually { await Self.isReached(moment, store, model, answers) }
                    #expect(isReached, "seed \(seed): \(moment) never came")
                    server.process.send(SIGKILL)
                }
            }
            store.close()
            #expect(await server.process.end(within: .seconds(5)) == .signal(SIGKILL))
        }

        var store = try StoreWindow(path: home.database)
        let accepted = try await store.inbox()
        // What a client was told is in the store.
        let finished = Set(accepted.filter(\.isFinished).map(\.session))
        for number in answers.all.keys { #expect(finished.contains("gateway:s\(number)")) }
        store.close()

        let server = try await home.startServer(variables: variables)
        store = try StoreWindow(path: home.database)
        defer { store.close() }
        // Accepted messages are answered without anybody asking again.
        let isCaughtUp = try await eventually { try await store.inbox().allSatisfy(\.isFinished) }
        #expect(isCaughtUp, "seed \(seed): accepted messages stay without an answer")
        #expect(try await store.count("inbox") == accepted.count)

        await Self.sendAll(to: server, answers, isFirst: false)
        let rows = try await store.inbox()
        let messages = try await store.messages()
        #expect(rows.count == Self.clients)
        let outcomes = Dictionary(grouping: rows, by: \.session)
        for number in 0..<Self.clients {
            let session = "gateway:s\(number)"
            // One text for every time that the client asked: the one that is stored, once.
            let texts = answers.all[number] ?? []
            #expect(texts.count == 1, "seed \(seed), client \(number) was told \(texts)")
            #expect(outcomes[session]?.map(\.outcome) == Array(texts))
            #expect(texts.first?.hasPrefix("You said: message \(number) #") == true)
            let bodies = messages[session] ?? []
            #expect(bodies.count == 2, "seed \(seed), client \(number): \(bodies)")
            #expect(bodies.first?.contains("message \(number)\"") == true)
            #expect(bodies.last?.contains(texts.first ?? "?") == true)
        }
        server.process.send(SIGTERM)
        #expect(await server.process.end(within: .seconds(15)) == .code(0))
    }

    /// All clients ask at once; the key makes a repeated question the same one.
    private static func sendAll(to server: GolemHome.Server, _ answers: Answers, isFirst: Bool) async {
        let client = HTTPClient()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<clients {
                group.addTask {
                    let answer = await client.chat(
                        port: server.port, session: "s\(number)", message: "message \(number)", key: "key-\(number)")
                    if let answer, answer.status == 200 {
                        answers.note(number, answer.body["response"]?.stringValue ?? "no response")
                    } else if !isFirst {
                        Issue.record(
                            "client \(number) got \(answer.map { "\($0.status) \($0.body.text)" } ?? "nothing")")
                    }
                }
            }
        }
        await client.shutdown()
    }

    private static func isReached(
        _ moment: Moment, _ store: StoreWindow, _ model: PythonServer, _ answers: Answers
    ) async -> Bool {
        switch moment {
        case .stored(let count): return (try? await store.count("inbox")) ?? 0 >= count
        case .answered(let count): return answers.count >= count
        case .asked(let count):
            let client = HTTPClient()
            guard let response = try? await client.send(HTTPClientRequest(url: model.url + "/control")),
                let bytes = try? await response.collect(limit: 1 << 24).bytes,
                let asked = try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self))["requests"]?.integerValue
            else { return false }
            return asked >= count
        }
    }

    @Test func `F10 what waits in the outbox at kill -9 is delivered after the restart`() async throws {
        let home = try GolemHome()
        var waiting: Set<Int64> = []
        // The platform takes some hundredths of a second for a message: most kills hit one on its way.
        for _ in 0..<5 where waiting.isEmpty {
            let server = try await home.startServer("--demo")
            let store = try StoreWindow(path: home.database)
            let sawOne = try await eventually { try await store.outbox().contains { $0.state == "waiting" } }
            server.process.send(SIGKILL)
            #expect(sawOne)
            #expect(await server.process.end(within: .seconds(5)) == .signal(SIGKILL))
            waiting = Set(try await store.outbox().filter { $0.state == "waiting" }.map(\.id))
            store.close()
        }
        try #require(!waiting.isEmpty)
        let server = try await home.startServer("--demo")
        let store = try StoreWindow(path: home.database)
        defer { store.close() }
        let areSent = try await eventually {
            try await store.outbox().filter { waiting.contains($0.id) }.allSatisfy { $0.state == "sent" }
        }
        #expect(areSent)
        for row in try await store.outbox() where waiting.contains(row.id) { #expect(row.platformID != nil) }
        #expect(await server.isHealthy())
    }
}
