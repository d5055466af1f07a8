// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemTestSupport
import Testing

/// The console's life on a raw pty: signals, suspension, loss of the terminal, slow and idle terminals.
@Suite struct PtyConsoleTests {
    private static let attach = ["attach"]

    /// A server that answers at once with what it was told.
    private static func startEcho(_ home: GolemHome) async throws -> GolemHome.Server {
        let scenario = try home.write(#"{"replies": [{"text": "echo {user}"}]}"#, to: "scenario.json")
        return try await home.startServer("--scenario", scenario)
    }

    private static func runWords(_ home: GolemHome) throws -> [String] {
        let scenario = try home.write(#"{"replies": [{"text": "echo {user}"}]}"#, to: "scenario.json")
        return ["run", "--tui", "--gateway-port", "0", "--scenario", scenario]
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGQUIT])
    func `A signal gives the terminal back and ends an attached console with 128 and its number`(
        number: Int32
    ) async throws {
        let home = try GolemHome()
        let server = try await Self.startEcho(home)
        let console = try ConsoleTerminal(home, Self.attach)
        await console.waitFor(text: "LIVE")
        #expect(console.screen.isAlternate)
        #expect(console.pty.modes() != console.modes)
        console.process.send(number)
        #expect(await console.waitForEnd() == .code(128 + number))
        console.expectRestored()
        #expect(await server.isHealthy())
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `A signal ends run --tui in order and gives the terminal back`(number: Int32) async throws {
        let home = try GolemHome()
        let console = try ConsoleTerminal(home, try Self.runWords(home))
        await console.waitFor(text: "LIVE")
        console.process.send(number)
        #expect(await console.waitForEnd(within: .seconds(20)) == .code(0))
        console.expectRestored()
        #expect(access(home.workspace + "/state/golem.sock", F_OK) != 0)
    }

    @Test(arguments: [SIGSEGV, SIGABRT], [true, false])
    func `A crash gives the terminal back`(number: Int32, isAttached: Bool) async throws {
        let home = try GolemHome()
        let server = isAttached ? try await Self.startEcho(home) : nil
        let console = try ConsoleTerminal(home, isAttached ? Self.attach : try Self.runWords(home))
        await console.waitFor(text: "LIVE")
        console.process.send(number)
        #expect(await console.waitForEnd() == .signal(number))
        console.expectRestored()
        if let server { #expect(await server.isHealthy()) }
    }

    @Test func `A console that loses its terminal is gone at once, and the engine goes on`() async throws {
        let home = try GolemHome()
        let server = try await Self.startEcho(home)
        let console = try ConsoleTerminal(home, Self.attach)
        await console.waitFor(text: "LIVE")
        console.pty.hangUp()
        #expect(await console.process.end(within: .seconds(5)) == .code(128 + SIGHUP))
        #expect(await server.isHealthy())
    }

    @Test func `A run --tui that loses its terminal goes on headless`() async throws {
        let home = try GolemHome()
        let console = try ConsoleTerminal(home, try Self.runWords(home))
        await console.waitFor(text: "LIVE")
        let port = try await home.loggedPort()
        console.pty.hangUp()
        // The console's thread is gone when the process has no thread of that name any more.
        let isGone = await eventually(within: .seconds(5)) {
            !Self.threads(of: console.process.pid).contains("golem-console")
        }
        #expect(isGone)
        let answer = await HTTPClient().chat(port: port, session: "s", message: "hello")
        #expect(answer?.body["response"] == "echo hello")
        let attached = try ConsoleTerminal(home, Self.attach)
        await attached.waitFor(text: "LIVE")
        #expect(console.process.end == nil)
        // A second hang-up means nothing to a server without a terminal but a new log file.
        console.process.send(SIGHUP)
        #expect(await GolemHome.isHealthy(port: port))
        console.process.send(SIGTERM)
        #expect(await console.process.end(within: .seconds(15)) == .code(0))
    }

    @Test func `^Z gives the terminal to the shell, and fg takes it back in its new size`() async throws {
        let home = try GolemHome()
        let server = try await Self.startEcho(home)
        // A shell without a line editor: it leaves modes and cursor as the console left them.
        let shell = try ConsoleTerminal(home, columns: 120, program: ["sh", "-i"], [], ["PS1": "ready> "])
        await shell.waitFor(text: "ready>")
        shell.pty.type("\(home.binary) attach\n")
        await shell.waitFor(text: "LIVE")
        for round in 0..<2 {
            shell.pty.type([0x1A])
            await shell.waitFor("the shell") {
                !$0.isAlternate && $0.text().contains("Stopped") && shell.pty.modes() == shell.modes
            }
            shell.expectRestored()
            shell.pty.resize(columns: 130 - round * 20, rows: 30)
            shell.pty.type("fg\n")
            await shell.waitFor("the picture, repainted") {
                $0.isAlternate && $0.text(row: 0).hasPrefix(" golem@") && $0.text(row: 0).contains("LIVE")
                    && $0.text(row: 0).contains("Z") && $0.text(row: 29).contains("?help")
            }
        }
        #expect(await server.isHealthy())
        shell.pty.type("q")
        await shell.waitFor("a question that takes answers") {
            $0.text().contains("Leave the console?") && !$0.text().contains("keys typed before")
        }
        shell.pty.type("y")
        // Late answers are thrown away with what was typed meanwhile; the modes come back after that.
        await shell.waitFor("the shell") { !$0.isAlternate && shell.pty.modes() == shell.modes }
        shell.pty.type("echo code=$?.\n")
        await shell.waitFor(text: "code=0.")
        shell.expectRestored()
    }

    /// One that answers status queries has at most one frame under way; only the line itself holds back one that does not.
    @Test(arguments: [true, false])
    func `A terminal that does not read holds nothing up, and then shows the newest state`(
        answers: Bool
    ) async throws {
        let home = try GolemHome()
        let server = try await Self.startEcho(home)
        let client = HTTPClient()
        _ = await client.chat(port: server.port, session: "main", message: "first")
        let console = try ConsoleTerminal(home, columns: 200, rows: 60, Self.attach)
        console.pty.screen.answersStatusQueries = answers
        await console.waitFor(text: "LIVE")
        console.pty.type("2")
        await console.waitFor(text: "echo first")
        let before = console.process.residentBytes
        let (bytes, frames) = (console.pty.bytesReceived, console.pty.queryEnds.count)
        // Nobody reads the terminal while the engine works; when the line is full, as much work comes on top.
        var roundsLeft = answers ? 40 : 200
        var round = 0
        while roundsLeft > 0 {
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<10 {
                    let text = "round \(round) \(number) " + String(repeating: "words ", count: 30)
                    group.addTask {
                        let answer = await client.chat(port: server.port, session: "s\(number)", message: text)
                        #expect(answer?.status == 200)
                    }
                }
            }
            round += 1
            roundsLeft -= 1
            if console.isFull { roundsLeft = min(roundsLeft, 20) }
        }
        #expect(console.isFull == !answers, "the line is full only when nothing says that frames were read")
        _ = await client.chat(port: server.port, session: "main", message: "the very last words")
        let growth = console.process.residentBytes - before
        #expect(growth < 24 << 20, "the console grew by \(growth) bytes")
        if answers {
            console.pty.pump()
            #expect(console.pty.bytesReceived - bytes < 16_384)
            // One frame, and queries that look for its answer.
            #expect(console.pty.queryEnds.count - frames <= 5)
        }
        console.pty.type("/chat:main\r")
        await console.waitFor(text: "echo the very last words")
        #expect(console.screen.text(row: 0).contains("LIVE"))
        #expect(await server.isHealthy())
    }

    @Test func `An idle console is live and sends little but the clock`() async throws {
        let home = try GolemHome()
        let console = try ConsoleTerminal(home, try Self.runWords(home))
        await console.waitFor(text: "LIVE")
        let attached = try ConsoleTerminal(home, Self.attach)
        await attached.waitFor(text: "LIVE")
        func clock() -> String { String(console.screen.text(row: 0).suffix(9)) }
        func waitForNextSecond() async {
            let last = clock()
            await console.waitFor("the next second") { _ in
                attached.pty.pump()
                return clock() != last
            }
        }
        await waitForNextSecond()
        // A status query comes with a frame, and never alone.
        func bytes(_ pty: PseudoTerminal) -> Int { pty.bytesReceived - pty.queryEnds.count * 4 }
        let before = (bytes(console.pty), bytes(attached.pty))
        let queries = (console.pty.queryEnds.count, attached.pty.queryEnds.count)
        // Longer than the silence after which a picture is stale.
        let seconds = 6
        for _ in 0..<seconds {
            await waitForNextSecond()
            #expect(console.screen.text(row: 0).contains("LIVE"))
            #expect(attached.screen.text(row: 0).contains("LIVE"))
        }
        let sent = (bytes(console.pty) - before.0, bytes(attached.pty) - before.1)
        let asked = (console.pty.queryEnds.count - queries.0, attached.pty.queryEnds.count - queries.1)
        // The clock, and the pulse of the link.
        #expect(asked.0 <= seconds * 2 + 1 && asked.1 <= seconds * 2 + 1, "\(asked) queries")
        #expect(sent.0 <= seconds * 100, "\(sent.0) bytes in \(seconds) seconds")
        #expect(sent.1 <= seconds * 100, "\(sent.1) bytes in \(seconds) seconds, attached")
        #expect(console.screen.unknown == [])
    }

    @Test(arguments: [
        ["TERM": "no-such-terminal"], ["TERM": ""], ["TERM": "vt100"], ["TERM": "linux"], ["LANG": "C"],
        ["LANG": "C", "LC_ALL": "POSIX"],
    ])
    func `Strange terminals get a picture`(variables: [String: String]) async throws {
        let home = try GolemHome()
        _ = try await Self.startEcho(home)
        let console = try ConsoleTerminal(home, Self.attach, variables)
        await console.waitFor("the picture") {
            $0.text(row: 0).hasPrefix(" golem@") && $0.text(row: 0).contains("LIVE")
                && $0.text(row: 23).contains("?help")
        }
        #expect(console.screen.unknown == [])
        console.process.send(SIGTERM)
        #expect(await console.waitForEnd() == .code(143))
        console.expectRestored()
    }

    @Test func `A terminal of another character set gets ASCII only`() async throws {
        let home = try GolemHome()
        let server = try await Self.startEcho(home)
        _ = await HTTPClient().chat(port: server.port, session: "s", message: "测绘组 Zürich 🧪", sender: "李雷")
        let console = try ConsoleTerminal(home, Self.attach, ["LANG": "", "LC_ALL": "de_DE.ISO-8859-1"])
        await console.waitFor(text: "LIVE")
        console.pty.type("2")
        await console.waitFor("the transcript") { $0.text().contains("echo") && $0.text().contains("Z") }
        #expect(console.screen.text().utf8.allSatisfy { $0 < 0x80 }, "\(console.screen.text())")
    }

    @Test func `NO_COLOR takes the colours away and nothing else`() async throws {
        let home = try GolemHome()
        _ = try await Self.startEcho(home)
        for (variables, words) in [([:], []), (["NO_COLOR": "1"], []), ([:], ["--color", "never"])]
            as [([String: String], [String])]
        {
            let console = try ConsoleTerminal(home, Self.attach + words, variables)
            await console.waitFor("the picture") {
                $0.text(row: 0).contains("LIVE") && $0.text(row: 23).contains("?help")
            }
            let isPlain = variables.isEmpty && words.isEmpty
            let cells = console.screen.grid.flatMap { $0 }
            #expect(cells.contains { $0.style.color != nil } == isPlain)
            #expect(cells.contains { $0.style.isBold || $0.style.isReverse })
        }
    }

    @Test func `A dumb terminal gets lines`() async throws {
        let home = try GolemHome()
        let server = try await Self.startEcho(home)
        let console = try ConsoleTerminal(home, Self.attach, ["TERM": "dumb"])
        await console.waitFor(text: "-- 0 chats")
        _ = await HTTPClient().chat(
            port: server.port, session: "s", message: "hello\u{1B}]52;c;c2VjcmV0\u{07}\u{1B}[2J", sender: "me")
        await console.waitFor(text: "turn.finished")
        #expect(!console.screen.isAlternate)
        #expect(console.pty.modes() == console.modes)
        #expect(console.screen.commands.isEmpty)
        #expect(console.screen.modeCounts.isEmpty)
        console.process.send(SIGTERM)
        #expect(await console.waitForEnd() == .code(143))
    }

    @Test func `run --tui without a usable terminal says so and serves`() async throws {
        let home = try GolemHome()
        let console = try ConsoleTerminal(home, try Self.runWords(home), ["TERM": "dumb"])
        await console.waitFor(text: "golem: no console: TERM is dumb")
        await console.waitFor(text: "The engine goes on")
        let port = try await home.loggedPort()
        #expect(await GolemHome.isHealthy(port: port))
        console.pty.type([0x03])
        #expect(await console.waitForEnd() == .code(0))
    }

    private static func threads(of pid: Int32) -> [String] {
        let folder = "/proc/\(pid)/task"
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let id = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let file = fopen("\(folder)/\(id)/comm", "r") else { continue }
            var line = [CChar](repeating: 0, count: 32)
            if fgets(&line, 32, file) != nil {
                names.append(
                    String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
            fclose(file)
        }
        return names
    }
}
