// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Testing

@Suite struct StoredTranscriptTests {
    @Test func `A transcript survives JSON`() {
        let transcript = StoredTranscript(
            session: "a:1",
            entries: [
                .init(turn: 1, time: Timestamp(seconds: 5), role: .user, text: "第一\n\"two\""),
                .init(
                    turn: 1, time: Timestamp(seconds: 5), role: .assistant, text: "",
                    toolCalls: [.init(id: "c1", name: "exec", arguments: #"{"a":1}"#)]),
                .init(turn: 1, time: nil, role: .tool, text: "no", callID: "c1", toolName: "exec", isError: true),
                .init(turn: 2, time: nil, role: .unreadable, text: "?"),
            ], isCut: true)
        #expect(WireJSON.value(StoredTranscript.self, WireJSON.text(transcript)) == transcript)
    }

    @Test func `What cannot be understood becomes an entry that says so`() {
        let text = """
            {"session":"a:1","isCut":false,"later":[1],"entries":[
              {"role":"user","text":"hello"}, {"role":"judge","text":"guilty"}, {"user":{"_0":"old form"}}, 7, null,
              {"role":"assistant","text":"bye","turn":"x","toolCalls":[{"id":1}]}]}
            """
        let entries = WireJSON.value(StoredTranscript.self, text)?.entries
        #expect(entries?.map(\.role) == [.user, .unreadable, .unreadable, .unreadable, .unreadable, .assistant])
        #expect(entries?[1].text == #"an entry from "judge", which this version does not know: guilty"#)
        #expect(entries?[2].text == "an entry from nobody")
        #expect(entries?[5].text == "bye")
    }

    @Test func `What is no transcript is nil`() {
        for text in ["", "null", "[]", "{}", #"{"session":"a","entries":{},"isCut":false}"#] {
            #expect(WireJSON.value(StoredTranscript.self, text) == nil, "\(text)")
        }
    }
}

@Suite struct ShellWordsTests {
    @Test(arguments: [
        "plain", "", "two words", "it's", "'", "''", "$HOME `x` \\ \"q\"", "line\nfeed", "a;b|c&d>e", "测绘 🗺️", "-x", "#",
    ])
    func `A quoted word is that word again`(word: String) {
        #expect(ShellWords.split("x \(ShellWords.quoted(word)) y") == ["x", word, "y"])
    }

    @Test func `Lines are taken apart as a shell does`() {
        #expect(ShellWords.split(#"a  'b c'"d"\ e \\"#) == ["a", "b cd e", "\\"])
        #expect(ShellWords.split("don't") == nil)
        #expect(ShellWords.split(" ") == [])
        #expect(ShellWords.tail(of: "chats send 'a b'  it's  fine", after: 3) == "it's  fine")
    }

    @Test func `Command lines are quoted so that a shell gives the same words back`() {
        let actions: [Command.Action] = [
            .reject(id: 7, note: "don't; rm -r $HOME"), .sendMessage(session: "a:b c", text: "it's \"this\"\n`now`"),
            .cancelTurn(session: "gateway:'x'"), .mute(subject: "outbound a b", minutes: 60, reason: "it's known"),
        ]
        let words: [[String]] = [
            ["golem", "approval", "reject", "7", "--note", "don't; rm -r $HOME"],
            ["golem", "chats", "send", "a:b c", "it's \"this\"\n`now`"], ["golem", "chats", "cancel", "gateway:'x'"],
            ["golem", "mute", "outbound", "a b", "--for", "60m", "--reason", "it's known"],
        ]
        for (action, expected) in zip(actions, words) {
            #expect(ShellWords.split(action.commandLine) == expected)
        }
        #expect(actions[1].loggedCommandLine == "golem chats send 'a:b c' …")
    }
}
