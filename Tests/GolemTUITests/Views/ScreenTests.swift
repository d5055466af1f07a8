// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct ScreenTests {
    @Test func `Overview`() { GoldenScreen.check("overview", Operator().state) }

    @Test func `Overview of a quiet engine`() {
        var sample = SampleEvents()
        sample.start(isDemo: true)
        GoldenScreen.check("overview-quiet", Operator(sample).state, sizes: [Size(columns: 80, rows: 24)])
    }

    @Test func `Chats`() {
        var console = Operator()
        console.type("2jj")
        GoldenScreen.check("chats", console.state)
    }

    @Test func `Chats with unfolded tool output`() {
        var console = Operator()
        console.type("2jjo")
        GoldenScreen.check("chats-unfolded", console.state, sizes: [Size(columns: 80, rows: 24)])
    }

    @Test func `A whole transcript`() {
        var console = Operator()
        console.type("2jj")
        console.press(.enter)
        let began = Timestamp(microseconds: 1_771_120_000_000_000)
        let transcript = StoredTranscript(
            session: "telegram:88123",
            entries: [
                .init(turn: 1, time: began, role: .user, text: "Good morning 👋"),
                .init(turn: 1, time: began, role: .assistant, text: "Good morning.\nWhat shall I look at?"),
                .init(
                    turn: 2, time: began.adding(seconds: 10), role: .assistant, text: "",
                    toolCalls: [.init(id: "c", name: "read_file", arguments: #"{"path":"a.txt"}"#)]),
                .init(
                    turn: 2, time: began.adding(seconds: 10), role: .tool, text: "第一行\n第二行", callID: "c",
                    toolName: "read_file"),
                .init(turn: 3, time: began.adding(seconds: 20), role: .unreadable, text: "a message of turn 3"),
            ], isCut: true)
        let id = console.commands.last?.id ?? ""
        console.act(
            .commandReplied(
                CommandReply(
                    commandID: id, status: .done, code: "done", message: "3 messages", seq: 1,
                    payload: WireJSON.text(transcript))))
        GoldenScreen.check(
            "transcript", console.state, sizes: [Size(columns: 80, rows: 24), Size(columns: 60, rows: 15)])
    }

    @Test func `Tools`() {
        var console = Operator()
        console.type("3")
        GoldenScreen.check("tools", console.state)
    }

    @Test func `One tool`() {
        var console = Operator()
        console.type("3j")
        console.press(.enter)
        GoldenScreen.check("tool", console.state, sizes: [Size(columns: 80, rows: 24)])
    }

    @Test func `MCP servers`() {
        var console = Operator(.withServers())
        console.type("6jj")
        GoldenScreen.check("mcp", console.state)
    }

    @Test func `The tools of an MCP server`() {
        var console = Operator(.withServers())
        console.type("6jjjj")
        console.press(.enter)
        GoldenScreen.check("mcp-tools", console.state, sizes: [Size(columns: 80, rows: 24)])
    }

    @Test func `The standard error of an MCP server`() {
        var console = Operator(.withServers())
        console.type("6jjjo")
        GoldenScreen.check("mcp-stderr", console.state, sizes: [Size(columns: 80, rows: 24)])
    }

    @Test func `The question before an MCP server is disabled`() {
        var console = Operator(.withServers())
        console.type("6jjD")
        console.arm()
        GoldenScreen.check("mcp-disable", console.state, sizes: [Size(columns: 80, rows: 24)])
    }

    @Test func `Policy and approvals`() {
        var console = Operator()
        console.type("7")
        GoldenScreen.check("policy", console.state)
    }

    @Test func `All arguments of an approval`() {
        var console = Operator()
        console.type("7")
        console.press(.enter)
        GoldenScreen.check("arguments", console.state, sizes: [Size(columns: 80, rows: 24)])
    }

    @Test func `Requests`() {
        var console = Operator()
        console.type("8")
        GoldenScreen.check("requests", console.state, sizes: [Size(columns: 80, rows: 24)])
    }

    @Test func `The trace of a running request`() {
        var console = Operator()
        console.type("2jjt")
        GoldenScreen.check("trace", console.state)
    }

    @Test func `Logs`() {
        var console = Operator()
        console.type("9")
        GoldenScreen.check("logs", console.state)
    }

    @Test func `Paused logs with a filter and new lines below`() {
        var sample = SampleEvents.busyHour()
        var console = Operator(sample)
        console.type("9/level:err")
        console.press(.enter)
        console.type("k")
        sample.add(.log(LogRecorded(level: .error, message: "disk full")), secondsAgo: 0)
        console.hear(.events([sample.events[sample.events.count - 1]]))
        GoldenScreen.check("logs-paused", console.state, sizes: [Size(columns: 80, rows: 24)])
    }

    @Test func `A question over a stale link`() {
        var console = Operator()
        console.type("7")
        console.wait(.seconds(14))
        console.type("A")
        console.arm()
        GoldenScreen.check("confirm-stale", console.state)
    }

    @Test func `A lost link keeps the picture`() {
        var console = Operator()
        console.hear(.lost(reason: "connection reset by peer"))
        console.wait(.seconds(8))
        GoldenScreen.check("lost", console.state, sizes: [Size(columns: 80, rows: 24)])
    }

    @Test func `Help`() {
        var console = Operator()
        console.type("2?")
        GoldenScreen.check("help", console.state, sizes: [Size(columns: 80, rows: 24), Size(columns: 60, rows: 15)])
    }

    @Test func `A command line with completions`() {
        var console = Operator()
        console.type(":chats cancel ")
        console.press(.tab)
        GoldenScreen.check("command", console.state, sizes: [Size(columns: 80, rows: 24)])
    }

    @Test func `A read-only console of the demo`() {
        GoldenScreen.check(
            "read-only", Operator(.busyHour(isDemo: true), isReadOnly: true).state, sizes: [Size(columns: 80, rows: 24)]
        )
    }

    @Test func `Messages that were given up`() {
        var console = Operator(.withGivenUp)
        console.type("!!")
        GoldenScreen.check(
            "given-up", console.state, sizes: [Size(columns: 80, rows: 24), Size(columns: 60, rows: 15)])
    }

    @Test func `An overview with a muted problem, whose last events are held`() {
        var sample = SampleEvents.withGivenUp
        sample.add(
            .problemMuted(
                ProblemMuted(
                    subject: "outbound telegram", until: SampleEvents.now.adding(seconds: 2_280), severity: 0,
                    reason: "the platform knows", by: "ops2@gw-7")), secondsAgo: 0)
        var console = Operator(sample)
        console.press(.tab, .down)
        GoldenScreen.check("overview-muted", console.state, sizes: [Size(columns: 80, rows: 24)])
    }

    @Test func `Logs with the texts that belong to them`() {
        var console = Operator()
        console.type("9o")
        GoldenScreen.check("logs-bodies", console.state, sizes: [Size(columns: 80, rows: 24)])
    }

    @Test func `Before the first snapshot`() {
        GoldenScreen.check("connecting", Operator(nil).state, sizes: [Size(columns: 80, rows: 24)])
    }
}
