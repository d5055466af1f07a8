// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemTestSupport
import Testing

/// The console in tmux, as operators have it.
@Suite struct TmuxConsoleTests {
    private static let views = [
        "1": "[1 Overview", "2": "[2 Chats", "3": "[3 Tools", "7": "[7 Policy", "8": "[8 Trace", "9": "[9 Logs",
    ]

    @Test func `The demo's console shows all views, survives every size, and stops its engine when told`() async throws
    {
        let home = try GolemHome()
        let tmux = try TmuxServer(
            home, ["run", "--tui", "--demo", "--gateway-port", "0", "--workspace", home.workspace])
        let first = await tmux.waitFor("the first picture") { $0.contains("DEMO") && $0.contains("LIVE") }
        #expect(first.contains("[1 Overview"))
        let port = try await home.loggedPort()

        for (key, title) in Self.views.sorted(by: { $0.key < $1.key }) {
            try tmux.press(key)
            await tmux.waitFor(text: title)
        }
        try tmux.press("2")
        await tmux.waitFor("a chat with its transcript") { $0.contains(" demo ") && $0.contains(" user ") }

        try tmux.press("?")
        await tmux.waitFor("help") { $0.contains("Help: Chats") && $0.contains("Everywhere") }
        try tmux.press("Escape")
        await tmux.waitFor("no help") { !$0.contains("Help: Chats") && $0.contains("[2 Chats") }

        try tmux.press("/")
        try tmux.type("Jonas")
        let filtered = await tmux.waitFor("the filter") { $0.contains("Jonas") && !$0.contains("88123") }
        #expect(filtered.contains("Jonas"))
        try tmux.press("Enter")
        await tmux.waitFor(text: "filter:Jonas")
        try tmux.press("Escape")
        await tmux.waitFor(text: "filter:none")

        try tmux.resize(columns: 30, rows: 5)
        await tmux.waitFor(text: "too small")
        try tmux.resize(columns: 1, rows: 1)
        try tmux.resize(columns: 59, rows: 12)
        await tmux.waitFor("the list alone") { $0.contains("LIVE") && !$0.contains("[2 Chats") }
        try tmux.resize(columns: 200, rows: 50)
        await tmux.waitFor("a wide screen") { screen in
            screen.split(separator: "\n").contains { TerminalWidth.of($0) > 180 } && screen.contains("[2 Chats")
        }
        try tmux.resize(columns: 80, rows: 24)
        let again = await tmux.waitFor("the first size") { screen in
            screen.contains("[2 Chats") && screen.contains("filter:none") && !screen.contains("too small")
                && screen.split(separator: "\n").allSatisfy { TerminalWidth.of($0) <= 80 }
        }
        #expect(again.split(separator: "\n", omittingEmptySubsequences: false).count >= 24)

        await Self.quit(tmux, expecting: "Stop engine")
        try tmux.press("s")
        let code = await tmux.waitForEnd(within: .seconds(30))
        #expect(code == 0)
        #expect(await !GolemHome.isHealthy(port: port))
    }

    @Test func `Leaving an attached console asks, and the engine goes on`() async throws {
        let home = try GolemHome()
        let server = try await home.startServer("--demo")
        let tmux = try TmuxServer(home, ["attach"])
        await tmux.waitFor("the picture") { $0.contains("DEMO") && $0.contains("LIVE") }
        await Self.quit(tmux, expecting: "Leave the console?")
        try tmux.press("Escape")
        await tmux.waitFor("no question") { !$0.contains("Leave the console?") && $0.contains("LIVE") }
        #expect(tmux.exitCode == nil)
        await Self.quit(tmux, expecting: "y Leave")
        try tmux.press("y")
        #expect(await tmux.waitForEnd() == 0)
        #expect(await server.isHealthy())
    }

    @Test func `Quitting run --tui can keep the engine, which then runs headless`() async throws {
        let home = try GolemHome()
        let scenario = try home.write(#"{"replies": [{"text": "still here"}]}"#, to: "scenario.json")
        let tmux = try TmuxServer(home, ["run", "--tui", "--gateway-port", "0", "--scenario", scenario])
        await tmux.waitFor(text: "LIVE")
        let port = try await home.loggedPort()
        await Self.quit(tmux, expecting: "k Keep headless")
        try tmux.press("k")
        await tmux.waitFor(text: "The engine goes on without a console (pid ")
        #expect(tmux.exitCode == nil)
        let answer = await HTTPClient().chat(port: port, session: "s", message: "hello")
        #expect(answer?.body["response"] == "still here")
        let attached = try TmuxServer(home, ["attach"])
        await attached.waitFor(text: "LIVE")
        try tmux.press("C-c")
        #expect(await tmux.waitForEnd() == 0)
    }

    @Test func `Quitting run --tui can stop the engine, after its name was typed`() async throws {
        let home = try GolemHome()
        let tmux = try TmuxServer(home, ["run", "--tui", "--gateway-port", "0"])
        await tmux.waitFor(text: "LIVE")
        let port = try await home.loggedPort()
        await Self.quit(tmux, expecting: "s Stop engine")
        try tmux.press("s")
        let box = await tmux.waitFor("the name to type") { $0.contains(/Stop the engine on [^\s?]+\?/) }
        let name = box.split(separator: "Stop the engine on ").dropFirst().first?.prefix { $0 != "?" } ?? ""
        #expect(await GolemHome.isHealthy(port: port))
        await Self.waitUntilArmed(tmux)
        try tmux.type(String(name))
        try tmux.press("Enter")
        #expect(await tmux.waitForEnd() == 0)
        #expect(await !GolemHome.isHealthy(port: port))
    }

    @Test func `F40 chat text shifts no row and sends nothing to the terminal`() async throws {
        let home = try GolemHome()
        let scenario = try home.write(#"{"replies": [{"text": "echo {user}"}]}"#, to: "scenario.json")
        let server = try await home.startServer("--scenario", scenario)
        let client = HTTPClient()
        let hostile = [
            ("k1", "plain", "plain words"), ("k2", "李雷 🧪", "测绘组要的地块十七👍🏽❤️👩‍👩‍👧 ok"),
            ("k3", "Ada e\u{301}", "start\u{1B}]52;c;c2VjcmV0\u{07}\u{1B}[2J\u{1B}[1;1Hevil\u{9B}2J\u{202E}end"),
            ("k4", "🧪🧪", "\u{1B}]0;title\u{1B}\\\u{1B}c\u{0E}\r\u{08}\u{7F}tail"),
        ]
        for (session, sender, text) in hostile {
            let answer = await client.chat(port: server.port, session: session, message: text, sender: sender)
            #expect(answer?.status == 200)
        }
        let tmux = try TmuxServer(home, ["attach"])
        await tmux.waitFor(text: "LIVE")
        let before = try tmux.run(["display-message", "-p", "#{pane_title}"])
        for key in ["1", "9", "8", "2"] {
            try tmux.press(key)
            await tmux.waitFor(text: Self.views[key] ?? "?")
        }
        let screen = await tmux.waitFor("all chats") { screen in hostile.allSatisfy { screen.contains(" \($0.0) ") } }
        let rows = screen.split(separator: "\n", omittingEmptySubsequences: false)
        let list = rows.filter { $0.dropFirst().hasPrefix("gateway ") }
        #expect(list.count == hostile.count)
        let edge = TerminalWidth.of(rows.first { $0.contains("TOKENS") } ?? "")
        for row in list { #expect(TerminalWidth.of(row) == edge, "\(row)") }
        #expect(list.contains { $0.contains("李雷 🧪") })

        // Each transcript in turn; the sequences are words on the screen, and the screen is whole.
        for (words, session) in [("[2J", "k3"), ("测绘组要的地块十七", "k2"), ("tail", "k4")] {
            try tmux.press("/")
            try tmux.type("chat:\(session)")
            try tmux.press("Enter")
            let shown = await tmux.waitFor("the transcript of \(session)") {
                $0.contains("golem  echo") && $0.contains(words) && $0.contains("gateway:\(session) ")
            }
            #expect(shown.contains("[2 Chats"))
            #expect(shown.hasPrefix(" golem@"))
            try tmux.press("Escape")
            await tmux.waitFor(text: "filter:none")
        }
        #expect(try tmux.run(["list-buffers"]).isEmpty)
        #expect(try tmux.run(["display-message", "-p", "#{pane_title}"]) == before)
    }

    /// Presses `q`, which steps back and at the top asks, until the box is there and takes answers.
    private static func quit(_ tmux: TmuxServer, expecting text: String) async {
        for _ in 0..<8 where !tmux.screen.contains("Leave the console?") {
            try? tmux.press("q")
            _ = await eventually(within: .seconds(1)) { tmux.screen.contains("Leave the console?") }
        }
        await tmux.waitFor(text: text)
        await waitUntilArmed(tmux)
    }

    /// A box drops what is typed before the terminal answered, and says so.
    private static func waitUntilArmed(_ tmux: TmuxServer) async {
        await tmux.waitFor("a box that takes answers") { !$0.contains("keys typed before") }
    }
}
