// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemTestSupport
import Testing

/// What an attached console says while its engine is dead, stopped or new.
@Suite struct LinkLossTests {
    private static func startEcho(_ home: GolemHome) async throws -> GolemHome.Server {
        let scenario = try home.write(#"{"replies": [{"text": "echo {user}"}]}"#, to: "scenario.json")
        return try await home.startServer("--scenario", scenario)
    }

    @Test func `F48 a dead engine is LOST with an age, what was known stays, and its next start is LIVE`() async throws
    {
        let home = try GolemHome()
        let first = try await Self.startEcho(home)
        _ = await HTTPClient().chat(port: first.port, session: "before", message: "words from before")
        let console = try ConsoleTerminal(home, ["attach"])
        await console.waitFor(text: "LIVE")
        console.pty.type("2")
        await console.waitFor(text: "echo words from before")

        first.process.send(SIGKILL)
        await console.waitFor("LOST with an age") {
            $0.text(row: 0).contains(/LOST [1-9]\d*s/) && $0.text().contains("last heard")
        }
        #expect(console.screen.text().contains("echo words from before"))
        #expect(!console.screen.text(row: 0).contains("LIVE"))

        let second = try await Self.startEcho(home)
        await console.waitFor("LIVE again") { $0.text(row: 0).contains("LIVE") }
        _ = await HTTPClient().chat(port: second.port, session: "after", message: "words from after")
        await console.waitFor("the new chat") { $0.text().contains(" after ") }
        console.pty.type("/chat:after\r")
        await console.waitFor(text: "echo words from after")
        #expect(console.process.end == nil)
    }

    @Test func `F48 an engine that hangs is STALE with an age, and LIVE when it goes on`() async throws {
        let home = try GolemHome()
        let server = try await Self.startEcho(home)
        let console = try ConsoleTerminal(home, ["attach"])
        await console.waitFor(text: "LIVE")
        #expect(await server.process.freeze())
        await console.waitFor("STALE with an age") {
            $0.text(row: 0).contains(/STALE \d+s/) && $0.text().contains("picture is")
        }
        server.process.send(SIGCONT)
        await console.waitFor("LIVE again") { $0.text(row: 0).contains("LIVE") }
    }

    @Test func `F48 empty, loading and unavailable are different texts`() async throws {
        let home = try GolemHome()
        let server = try await Self.startEcho(home)
        let console = try ConsoleTerminal(home, ["attach"])
        await console.waitFor(text: "LIVE")
        console.pty.type("2")
        await console.waitFor(text: "empty: nobody has written since the engine started")
        #expect(!console.screen.text().contains("loading"))

        // A console of an engine that does not answer yet: the kernel takes the connection.
        #expect(await server.process.freeze())
        let early = try ConsoleTerminal(home, ["attach"])
        await early.waitFor(text: "loading: connecting to the engine")
        early.pty.type("2")
        await early.waitFor("the chats") { $0.text().contains("[2 Chats") && $0.text().contains("loading:") }
        #expect(!early.screen.text().contains("empty"))
        #expect(!early.screen.text(row: 0).contains("LIVE"))
        server.process.send(SIGCONT)
        await early.waitFor(text: "empty: nobody has written since the engine started")

        server.process.send(SIGTERM)
        #expect(await server.process.end(within: .seconds(15)) == .code(0))
        let late = try await home.run("attach", "--plain")
        #expect(late.end == .code(69))
        #expect(
            late.errors.contains("golem: no engine runs on the workspace \(home.workspace). Start one with: golem run"))
        let screen = try ConsoleTerminal(home, ["attach"])
        #expect(await screen.waitForEnd() == .code(69))
        #expect(screen.screen.text().contains("no engine runs on the workspace"))
        screen.expectRestored()
    }
}
