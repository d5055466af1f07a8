// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

/// What every link must do, in the engine's process and over its socket.
@Suite(.timeLimit(.minutes(1))) struct LinkContractTests {
    enum Kind: String, CaseIterable, Sendable {
        case local
        case socket
    }

    /// A link with its reader, which keeps all updates and the state that follows from them.
    private final class Console: Sendable {
        let link: any EngineLink
        private let runner: Task<Void, Never>?
        private let reader: Task<Void, Never>
        private let seen: Seen

        private actor Seen {
            var updates: [LinkUpdate] = []
            var state: EngineState?
            var faults: [String] = []
            private var isHeld = false
            private var held: CheckedContinuation<Void, Never>?

            /// Lets the reader stand still until `goOn`.
            func hold() { isHeld = true }

            func goOn() {
                isHeld = false
                held?.resume()
                held = nil
            }

            func take(_ update: LinkUpdate) async {
                if isHeld { await withCheckedContinuation { held = $0 } }
                updates.append(update)
                switch update {
                case .snapshot(let snapshot): state = snapshot.state
                case .events(let events):
                    for event in events {
                        if let seq = state?.seq, event.seq != seq + 1 { faults.append("\(seq) then \(event.seq)") }
                        if state == nil { faults.append("an event before the snapshot") }
                        state?.apply(event)
                    }
                case .missed, .lost: state = nil
                case .connecting, .pulse, .closed: break
                }
            }
        }

        init(_ kind: Kind, _ harness: EngineHarness, isReadOnly: Bool = false) {
            let seen = Seen()
            self.seen = seen
            switch kind {
            case .local:
                link = harness.engine.link()
                runner = nil
            case .socket:
                let client = AttachClient(
                    path: harness.workspace.path + "/state/golem.sock", isReadOnly: isReadOnly, time: SystemTime())
                link = client
                runner = Task { await client.run() }
            }
            let link = link
            reader = Task { for await update in link.updates() { await seen.take(update) } }
        }

        deinit {
            runner?.cancel()
            reader.cancel()
        }

        var updates: [LinkUpdate] { get async { await seen.updates } }
        var state: EngineState? { get async { await seen.state } }
        var faults: [String] { get async { await seen.faults } }

        func hold() async { await seen.hold() }
        func goOn() async { await seen.goOn() }

        func reaches(_ position: UInt64) async -> Bool { await eventually { await seen.state?.seq ?? 0 >= position } }

        func command(_ action: Command.Action, id: String) async -> CommandReply {
            await link.send(
                Command(id: id, actor: Command.Actor(kind: "console", user: "u", host: "h"), action: action))
        }
    }

    private let echo = StubProvider { request, _ throws(ProviderError) in ModelResponse(text: "re: \(request.userText)")
    }

    @Test(arguments: Kind.allCases)
    func `A snapshot comes first, then every event after it, and they give the engine's state`(kind: Kind) async throws
    {
        try await EngineHarness.run(provider: echo) { harness in
            _ = try await harness.chat("before")
            let console = Console(kind, harness)
            for number in 0..<20 { _ = try await harness.chat("\(number)", session: "s\(number % 3)") }
            #expect(await console.reaches(harness.engine.bus.position))
            #expect(await console.faults == [])
            let first = await console.updates.first { update in
                switch update {
                case .connecting, .pulse: false
                default: true
                }
            }
            guard case .snapshot(let snapshot)? = first else {
                Issue.record("the first update is \(String(describing: first))")
                return
            }
            #expect(snapshot.state.engine != nil)
            let state = await harness.state()
            #expect(await eventually { await console.state == state })
        }
    }

    @Test(arguments: Kind.allCases)
    func `A reader that fell behind hears of it and gets a snapshot`(kind: Kind) async throws {
        try await EngineHarness.run(provider: echo) { harness in
            let console = Console(kind, harness)
            #expect(await console.reaches(1))
            // Far more than the ring and the socket hold, while nobody reads.
            await console.hold()
            let text = String(repeating: "x", count: 1_000)
            for number in 0..<60_000 {
                harness.engine.bus.publish(
                    .log(LogRecorded(level: .debug, message: text, fields: [LogField("n", "\(number)")])))
            }
            await console.goOn()
            #expect(await console.reaches(harness.engine.bus.position))
            #expect(await console.faults == [])
            var missed = 0
            for update in await console.updates {
                if case .missed(let count) = update { missed += count }
            }
            #expect(missed > 0)
            let answer = try await harness.chat("after")
            #expect(answer?.text == "re: after", "the engine was held up")
        }
    }

    @Test(arguments: Kind.allCases)
    func `A wish for a snapshot is granted while nothing happens`(kind: Kind) async throws {
        try await EngineHarness.run(provider: echo) { harness in
            let console = Console(kind, harness)
            #expect(await console.reaches(harness.engine.bus.position))
            let before = await console.updates.count { if case .snapshot = $0 { true } else { false } }
            await console.link.resynchronise()
            #expect(
                await eventually {
                    await console.updates.count { if case .snapshot = $0 { true } else { false } } == before + 1
                })
            #expect(await console.faults == [])
        }
    }

    @Test(arguments: Kind.allCases)
    func `A command is answered, and its repeat gets the same answer`(kind: Kind) async throws {
        try await EngineHarness.run(provider: echo) { harness in
            let console = Console(kind, harness)
            #expect(await console.reaches(1))
            let send = Command.Action.sendMessage(session: "gateway:s", text: "hello")
            async let one = console.command(send, id: "c1")
            async let two = console.command(send, id: "c1")
            #expect(await one == two)
            #expect(await one.status == .done)
            #expect(await console.command(send, id: "c1") == one)
            #expect(await eventually { echo.requests.count == 1 })
            #expect(await console.command(.cancelTurn(session: "nosuch"), id: "c2").code == "no_turn")
            #expect(
                await eventually {
                    await console.command(.readTranscript(session: "gateway:s", limit: 9), id: "c3").payload?
                        .contains("re: hello") == true
                })
            #expect(await console.command(.approve(id: 1, scope: .minutes(.max)), id: "c4").code == "unknown_approval")
            #expect(echo.requests.count == 1)
        }
    }

    @Test func `A read-only console may look and not touch`() async throws {
        try await EngineHarness.run(provider: echo) { harness in
            let console = Console(.socket, harness, isReadOnly: true)
            #expect(await console.reaches(1))
            #expect(await console.command(.stopEngine, id: "c1").code == "read_only")
            #expect(await console.command(.listApprovals, id: "c2").status == .done)
            let held29 = try await harness.chat("still here")?.text == "re: still here"
            #expect(held29)
        }
    }

    @Test func `F46 a console that may only look is nobody who can be asked`() async throws {
        let tool = RecordingTool("danger")
        try await PolicyModeTests.run(tool) { harness in
            let console = Console(.socket, harness, isReadOnly: true)
            #expect(await console.reaches(1))
            async let answer = harness.chat("go")
            let id = try #require(await harness.approval())
            #expect(await harness.state().approvals[id]?.request.notified == [])
            _ = await harness.command(.reject(id: id, note: ""))
            _ = try await answer
        }
    }

    @Test func `The emergency stop does not wait for a slow command of the same console`() async throws {
        let gate = Latch()
        let desk = SlowDesk(gate: gate)
        let workspace = try TemporaryWorkspace()
        let bus = EventBus(time: SystemTime())
        let keeper = StateKeeper(bus: bus, time: SystemTime())
        let server = try await AttachServer(
            path: workspace.path + "/s.sock", bus: bus, keeper: keeper, commands: desk, time: SystemTime())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run() }
            let connection = try await UnixSocketConnection.connect(path: workspace.path + "/s.sock")
            let peer = AttachPeer(connection: connection)
            await peer.send(
                .hello(
                    LinkMessage.Hello(
                        version: LinkMessage.version, build: "test", features: [], wantsEvents: false,
                        isReadOnly: false)))
            _ = await peer.next()
            func command(_ id: String, _ action: Command.Action) -> LinkMessage {
                .command(Command(id: id, actor: Command.Actor(kind: "console", user: "u", host: "h"), action: action))
            }
            await peer.send(command("slow", .reconnectServer(server: "gis")))
            await peer.send(command("slow too", .sendMessage(session: "a:b", text: "x")))
            await peer.send(command("stop", .emergencyStop(isOn: true, reason: "leak")))
            guard case .reply(let first)? = await peer.next() else {
                Issue.record("no reply")
                return
            }
            #expect(first.commandID == "stop")
            gate.open()
            var others: Set<String> = []
            for _ in 0..<2 { if case .reply(let reply)? = await peer.next() { others.insert(reply.commandID) } }
            #expect(others == ["slow", "slow too"])
            peer.close()
            group.cancelAll()
        }
        bus.close()
    }

    @Test func `A console outlives its engine and finds the next one`() async throws {
        let workspace = try TemporaryWorkspace()
        let console = try await EngineHarness.run(workspace: workspace, provider: echo) { harness in
            let console = Console(.socket, harness)
            #expect(await console.reaches(harness.engine.bus.position))
            return console
        }
        #expect(
            await eventually {
                await console.updates.contains { if case .lost = $0 { true } else { false } }
            })
        #expect(await console.command(.listApprovals, id: "c0").code == "link_lost")
        try await EngineHarness.run(workspace: workspace, provider: echo) { harness in
            #expect(await eventually { await console.state?.engine?.startedAt == harness.engine.options.startedAt })
            _ = try await harness.chat("hi")
            #expect(await console.reaches(harness.engine.bus.position))
            #expect(await console.faults == [])
            #expect(await console.command(.listApprovals, id: "c1").status == .done)
        }
    }

    @Test func `A closed link ends its connection and its updates`() async throws {
        try await EngineHarness.run(provider: echo) { harness in
            let client = AttachClient(
                path: harness.workspace.path + "/state/golem.sock", isReadOnly: false, time: SystemTime())
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await client.run() }
                for await update in client.updates() {
                    if case .snapshot = update { await client.close() }
                }
                await group.waitForAll()
            }
        }
    }

    @Test func `Without an engine the reason is told and nothing is tried again`() async throws {
        let workspace = try TemporaryWorkspace()
        let client = AttachClient(path: workspace.path + "/golem.sock", isReadOnly: false, time: SystemTime())
        await client.run()
        var updates: [LinkUpdate] = []
        for await update in client.updates() { updates.append(update) }
        #expect(updates.count == 2)
        guard case .closed(let reason)? = updates.last else {
            Issue.record("not closed: \(updates)")
            return
        }
        #expect(reason.contains("golem.sock"))
    }

    @Test func `Noise and other versions on the socket harm nobody`() async throws {
        try await EngineHarness.run(provider: echo) { harness in
            let path = harness.workspace.path + "/state/golem.sock"
            for text in [
                "GET / HTTP/1.1\r\n\r\n", "\n\n\n{}\n[]\n\"x\"\n", String(repeating: "x", count: 300_000) + "\n",
                #"{"type":"command","command":{}}"# + "\n",
            ] {
                let connection = try await UnixSocketConnection.connect(path: path)
                try? await connection.write(Array(text.utf8))
                connection.close()
            }
            let connection = try await UnixSocketConnection.connect(path: path)
            let hello = LinkMessage.Hello(version: 99, build: "", features: [], wantsEvents: true, isReadOnly: false)
            try await connection.write(Array(try JSONEncoder().encode(LinkMessage.hello(hello))) + [10])
            var answer: [UInt8] = []
            while true {
                let more = try await connection.read(max: 4_096)
                if more.isEmpty { break }
                answer += more
            }
            #expect(String(decoding: answer, as: UTF8.self).contains("protocol \(LinkMessage.version), not 99"))
            let held30 = try await harness.chat("hi")?.text == "re: hi"
            #expect(held30)
        }
    }

    @Test func `F49 what the engine started may not steer it, even where it sees the socket`() async throws {
        try await EngineHarness.run(provider: echo) { harness in
            let script = """
                import socket, sys
                s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); print(s.makefile().readline())
                """
            var spec = SubprocessSpec(
                executable: "/usr/bin/python3", arguments: ["-c", script, harness.workspace.path + "/state/golem.sock"])
            spec.deadline = .seconds(20)
            let result = try await Subprocess.run(spec)
            #expect(result.output.text.contains("may not steer it"), "\(result.errorOutput.text)")
        }
    }
}

/// Carries out an emergency stop at once, and everything else once the gate is open.
private struct SlowDesk: CommandHandler {
    let gate: Latch

    func handle(_ command: Command) async -> CommandReply {
        if case .emergencyStop = command.action {} else { await gate.wait() }
        return CommandReply(commandID: command.id, status: .done, code: "done", message: "", seq: 0)
    }
}
