// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEngine
import GolemEvents
import GolemTestSupport
import Testing

/// What operators do to a running engine: from the command line, from a script, and at the console.
@Suite struct OperatorCommandTests {
    private static let scenario = #"{"replies": [{"text": "answer to {user}"}]}"#

    @Test func `The transcript of a real chat is shown by the console, as text and as JSON`() async throws {
        let home = try GolemHome()
        let server = try await home.startServer("--scenario", try home.write(Self.scenario, to: "scenario.json"))
        _ = await HTTPClient().chat(port: server.port, session: "k1", message: "first question")
        let text = try await home.run("chats", "show", "gateway:k1")
        #expect(text.end == .code(0))
        #expect(text.output.contains(" user  first question\n"))
        #expect(text.output.contains(" golem answer to first question\n"))
        let json = try await home.run("chats", "show", "gateway:k1", "--json")
        let transcript = try #require(WireJSON.value(StoredTranscript.self, json.output))
        #expect(transcript.entries.map(\.role) == [.user, .assistant])
        let unknown = try await home.run("chats", "show", "gateway:nobody")
        #expect(unknown.end == .code(77) && unknown.output.isEmpty)
        #expect(unknown.errors.contains("no chat gateway:nobody is known"))

        let tmux = try TmuxServer(home, ["attach"])
        await tmux.waitFor(text: "LIVE")
        try tmux.press("2")
        await tmux.waitFor(text: "[2 Chats")
        try tmux.press("Enter")
        let shown = await tmux.waitFor("the whole transcript") {
            $0.contains("Chats > gateway:k1") && $0.contains("user   first")
        }
        #expect(shown.contains("golem  answer to first question"))
        #expect(!shown.contains("no stored messages"))
    }

    @Test func `F14 a message that was given up is found at the console, and its alarm ends when it is dropped`()
        async throws
    {
        let home = try GolemHome()
        let scenario = try home.write(Self.scenario, to: "scenario.json")
        let first = try await home.startServer("--scenario", scenario)
        _ = await HTTPClient().chat(port: first.port, session: "k1", message: "hello")
        first.process.send(15)
        #expect(await first.process.end(within: .seconds(15)) == .code(0))
        do {
            // Left by an engine that had this channel.
            let database = try SQLiteConnection(path: home.database)
            try database.query(
                """
                INSERT INTO outbox(id, turn, sequence, channel, chat_id, request_id, text, state, next_attempt_at, created_at)
                VALUES(214, 999, 0, 'telegram', '88123', 'r-1', 'lost', 'waiting', 0, 0)
                """)
        }
        _ = try await home.startServer("--scenario", scenario)
        let tmux = try TmuxServer(home, ["attach"])
        await tmux.waitFor("the alarm with its number") {
            $0.contains("[CRIT]") && $0.contains("message 214 was given up")
        }
        try tmux.press("!")
        await tmux.waitFor("the message") { $0.contains("golem outbound drop 214") && $0.contains("88123") }
        try tmux.press("X")
        await tmux.waitFor("the question") { $0.contains("Drop message 214?") && !$0.contains("keys typed before") }
        try tmux.press("y")
        await tmux.waitFor("the end") { $0.contains("done: message 214") && $0.contains("nothing is given up") }
        try tmux.press("Escape")
        await tmux.waitFor("no alarm") { $0.contains("NEEDS YOU") && !$0.contains("[CRIT]") }
        let again = try await home.run("outbound", "drop", "214")
        #expect(again.end == .code(77) && again.errors.contains("message 214 was not given up"))
    }

    @Test func `attach --plain takes commands from a pipe, and the pipe's end does not end it`() async throws {
        let home = try GolemHome()
        let server = try await home.startServer("--scenario", try home.write(Self.scenario, to: "scenario.json"))
        _ = await HTTPClient().chat(port: server.port, session: "k1", message: "hello")
        var launch = ChildProcess.Launch([home.binary, "attach", "--plain"])
        launch.environment = home.environment
        launch.files.input = try home.write(
            ":chats\n:chats show gateway:k1\n:nosuch\n:chats cancel gateway:k1\n", to: "commands")
        launch.files.output = home.path + "/plain"
        let plain = try home.start(launch)
        func sees(_ text: String) async -> Bool { await eventually { home.text(of: "plain").contains(text) } }
        #expect(await sees("CHANNEL"))
        #expect(await sees(" golem answer to hello\n"))
        #expect(await sees("-- no command nosuch"))
        #expect(await sees("refused: no turn of gateway:k1 is running  = golem chats cancel gateway:k1\n"))
        // The commands are over; it goes on following.
        _ = await HTTPClient().chat(port: server.port, session: "k2", message: "later")
        #expect(await sees("turn.finished req="))
        #expect(await sees("chat=gateway:k2"))
        #expect(plain.end == nil)
        launch.files.input = try home.write(":quit\n", to: "quit")
        launch.files.output = home.path + "/plain-2"
        let quitting = try home.start(launch)
        #expect(await quitting.end(within: .seconds(15)) == .code(0))
    }

    @Test func `attach --plain on a terminal asks before it acts, and ends with the terminal's input`() async throws {
        let home = try GolemHome()
        let server = try await home.startServer("--scenario", try home.write(Self.scenario, to: "scenario.json"))
        _ = await HTTPClient().chat(port: server.port, session: "k1", message: "hello")
        let tmux = try TmuxServer(home, ["attach", "--plain"])
        await tmux.waitFor(text: "1 chats, 0 busy")
        try tmux.type(":chats send gateway:k1 help is near")
        try tmux.press("Enter")
        await tmux.waitFor(text: "?? y Send; anything else cancels")
        try tmux.type("y")
        try tmux.press("Enter")
        await tmux.waitFor(text: "done: sent to gateway:k1")
        try tmux.press("C-d")
        #expect(await tmux.waitForEnd() == 0)
    }

    @Test func `A console remembers the order of its lists, and the chat list keeps the person's name`() async throws {
        let home = try GolemHome()
        let server = try await home.startServer("--scenario", try home.write(Self.scenario, to: "scenario.json"))
        _ = await HTTPClient().chat(port: server.port, session: "k1", message: "hello", sender: "Anna")
        let sent = try await home.run("chats", "send", "gateway:k1", "from the operator")
        #expect(sent.end == .code(0))
        let first = try TmuxServer(home, ["attach"])
        await first.waitFor(text: "LIVE")
        try first.press("2")
        await first.waitFor(text: "k1 Anna")
        await first.waitFor(text: "sort:state")
        try first.press("s")
        await first.waitFor(text: "sort:CHAN")
        try first.press("C-c")
        try first.press("C-c")
        #expect(await first.waitForEnd() == 0)
        let second = try TmuxServer(home, ["attach"])
        await second.waitFor(text: "LIVE")
        try second.press("2")
        await second.waitFor(text: "sort:CHAN")
    }
}
