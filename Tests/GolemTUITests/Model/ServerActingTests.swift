// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct ServerActingTests {
    /// A console at the MCP view, with the server of that row selected: browser, calendar, docs, gis-remote, osm.
    private func console(_ row: Int) -> Operator {
        var console = Operator(.withServers())
        console.type("6" + String(repeating: "j", count: row))
        return console
    }

    @Test func `Five servers stand in the list with words for their states`() {
        let console = console(0)
        for (server, state) in [
            ("browser", "DISABLED ops1"), ("calendar", "healthy"), ("docs", "healthy"), ("gis-remote", "DOWN x"),
            ("osm", "DEGRADED"),
        ] {
            let row = console.rows.first { $0.dropFirst().hasPrefix(server) }
            #expect(row?.contains(state) == true, "\(server)")
        }
        // gis-remote is down, osm degraded, and one of its tools has no name left.
        #expect(console.row(2).contains("MCP!3"))
    }

    @Test(arguments: [
        ("y", Command.Action.disableServer(server: "gis-remote", lasting: .untilRestart, cancelsCalls: false)),
        ("p", .disableServer(server: "gis-remote", lasting: .kept, cancelsCalls: false)),
    ])
    func `D asks with effect, users, undo and how long it lasts`(key: String, action: Command.Action) {
        var console = console(3)
        console.type("D")
        console.arm()
        let text = console.text
        for part in [
            "Disable MCP server gis-remote?", "4 tools go away at once: clip merge reproject info", "in use",
            "golem mcp enable gis-remote", "until restart; with p it is written to the config",
        ] { #expect(text.contains(part), "\(part)") }
        console.type(key)
        #expect(console.commands.map(\.action) == [action])
    }

    @Test func `Calls under way can be ended with their server`() {
        var console = console(2)
        console.type("D")
        console.arm()
        #expect(console.text.contains("1 call under way finishes first; with c it is ended"))
        #expect(console.text.contains("telegram:88123"))
        console.type("c")
        #expect(
            console.commands.map(\.action) == [
                .disableServer(server: "docs", lasting: .untilRestart, cancelsCalls: true)
            ])
    }

    @Test func `D on a disabled server enables it, and R says why it cannot reconnect`() {
        var console = console(0)
        console.type("R")
        #expect(console.state.overlay == nil)
        #expect(console.row(23).contains("it is disabled: D enables it"))
        console.type("D")
        console.arm()
        console.type("y")
        #expect(console.commands.map(\.action) == [.enableServer(server: "browser", isKept: false)])
    }

    @Test func `R reconnects, and t traces the last failed call`() {
        var console = console(3)
        console.type("R")
        console.arm()
        console.type("y")
        #expect(console.commands.map(\.action) == [.reconnectServer(server: "gis-remote")])
        console.type("t")
        #expect(console.state.location == Location(.trace, path: ["e81c421"]))
    }

    @Test func `A tool is hidden and shown from the list of its server`() {
        var console = console(1)
        console.press(.enter)
        #expect(console.text.contains("hidden") && console.text.contains("offered"))
        console.type("jD")
        console.arm()
        console.type("y")
        #expect(
            console.commands.map(\.action) == [
                .setToolHidden(server: "calendar", tool: "book", isHidden: false, isKept: false)
            ])
        console.press(.escape)
        #expect(console.state.location == Location(.mcp))
    }

    @Test(arguments: [
        (":mcp disable gis-remote", "golem mcp disable gis-remote"),
        (":mcp disable osm --for 30m", "golem mcp disable osm --for 30m"),
        (":mcp disable osm --keep --cancel-calls", "golem mcp disable osm --keep --cancel-calls"),
        (":mcp enable browser --keep", "golem mcp enable browser --keep"),
        (":mcp reconnect osm", "golem mcp reconnect osm"), (":mcp test osm", "golem mcp test osm"),
        (":mcp hide gis-remote mcp.gis-remote.clip", "golem mcp hide gis-remote mcp.gis-remote.clip"),
        (":mcp unhide calendar book --keep", "golem mcp unhide calendar book --keep"),
    ])
    func `The words after a colon are those of the command line`(line: String, expected: String) {
        var console = Operator(.withServers())
        console.type(line)
        console.press(.enter)
        console.arm()
        console.type("y")
        #expect(console.commands.count == 1)
        #expect(console.commands.first.map { $0.action.commandLine } == expected)
    }

    @Test func `An alert about a server leads to it`() {
        var console = Operator(.withServers())
        for _ in 0..<20 {
            console.type("!")
            if console.row(23).contains("mcp gis-remote") { break }
        }
        #expect(console.state.location == Location(.mcp))
        #expect(console.state.shownServer?.name == "gis-remote")
    }

    @Test func `D on a tool that is refused says that nothing comes of it for now`() {
        var console = console(4)
        console.type(":mcp hide osm look")
        console.press(.enter)
        console.arm()
        #expect(console.text.contains("none for now: mcp_osm_look is not offered in any case"))
    }

    @Test func `Lines that a server wrote together are read from top to bottom`() {
        let lines = TextPanes.serverDetail(console(3).state, width: 100).map { $0.spans.map(\.text).joined() }
        let first = lines.firstIndex { $0.contains("raster 48000x51200") }
        let second = lines.firstIndex { $0.contains("terminate called") }
        #expect(first.map { $0 + 1 } == second)
    }
}
