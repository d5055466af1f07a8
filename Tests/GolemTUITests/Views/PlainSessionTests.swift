// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct PlainSessionTests {
    /// A plain console that has heard a busy hour.
    private struct Plain {
        var session: PlainSession
        var outputs: [PlainSession.Output] = []
        let now = ConsoleTime(wall: SampleEvents.now, monotonic: .seconds(1_000))

        init(isInteractive: Bool = false, isReadOnly: Bool = false, hears sample: SampleEvents? = .withGivenUp) {
            session = PlainSession(
                actor: Command.Actor(kind: "console", user: "ops1", host: "gw-7"), isReadOnly: isReadOnly,
                isInteractive: isInteractive, commandPrefix: "p", now: now)
            if let sample { hear(.snapshot(Snapshot(state: sample.state, takenAt: SampleEvents.now))) }
            outputs = []
        }

        mutating func hear(_ update: LinkUpdate) { outputs += session.take(update, now: now) }

        mutating func type(_ lines: String...) {
            outputs = []
            for line in lines { outputs += session.take(line: line, now: now) }
        }

        var lines: [String] {
            outputs.compactMap { if case .line(let text) = $0 { text } else { nil } }
        }

        var commands: [Command.Action] {
            outputs.compactMap { if case .send(let command) = $0 { command.action } else { nil } }
        }
    }

    @Test func `A script's commands are sent as they come, and their replies are lines`() {
        var plain = Plain()
        plain.type(":approval approve 214 --for session", ":outbound drop 907", ":chats send 'slack:C04' 'two words'")
        #expect(
            plain.commands == [
                .approve(id: 214, scope: .session), .dropOutbound(id: 907),
                .sendMessage(session: "slack:C04", text: "two words"),
            ])
        let reply = CommandReply(
            commandID: "p-1", status: .done, code: "done", message: "approval 214 approved", seq: 9,
            commandLine: "golem approval approve 214 --for session")
        plain.outputs = plain.session.take(reply, now: plain.now)
        #expect(plain.lines == ["done: approval 214 approved  = golem approval approve 214 --for session"])
    }

    @Test func `A person is asked first, after the arguments were printed, and anything but the letter cancels`() {
        var plain = Plain(isInteractive: true)
        plain.type(":approval approve 214")
        #expect(plain.commands.isEmpty)
        #expect(plain.lines.contains { $0.contains("read all arguments first") })
        plain.type(":approval list")
        #expect(plain.lines.contains { $0.contains("command: gdalwarp -t_srs EPSG:4490") })
        plain.type(":approval approve 214")
        #expect(plain.lines.first == "?? Approve 214: exec?")
        plain.type("yes please")
        #expect(plain.commands.isEmpty && plain.lines == ["-- cancelled --"])
        plain.type("y")
        #expect(plain.commands.isEmpty, "the question is over")
        plain.type(":approval approve 214", "y")
        #expect(plain.commands == [.approve(id: 214, scope: .once)])
        plain.type(":stop")
        #expect(plain.lines.contains("?? type gw-7 to go on"))
        plain.type("y")
        #expect(plain.commands.isEmpty)
        plain.type(":stop", "gw-7")
        #expect(plain.commands == [.stopEngine])
    }

    @Test func `Lines before the first snapshot wait for it`() {
        var plain = Plain(hears: nil)
        plain.type(":outbound retry 907")
        #expect(plain.outputs.isEmpty)
        plain.hear(.snapshot(Snapshot(state: SampleEvents.withGivenUp.state, takenAt: SampleEvents.now)))
        #expect(plain.commands == [.retryOutbound(id: 907)])
    }

    @Test func `Views, traces and help are lines`() {
        var plain = Plain()
        for (command, part) in [
            (":overview", "2 messages given up: 907 911"), (":status", "[CRIT]"), (":chats", "C04 gis-ops"),
            (":tools", "web_fetch"), (":trace 7f3a", "web_fetch timeout"), (":logs", "slow disk"),
            (":policy", "gdalwarp"), (":help", ":outbound drop <number>"), (":sort chan", "TITLE"),
        ] {
            plain.type(command)
            if command != ":sort chan" { #expect(plain.lines.contains { $0.contains(part) }, "\(command)") }
            #expect(plain.lines.allSatisfy { !$0.contains("\n") && !$0.contains("\u{1B}") }, "\(command)")
            #expect(!plain.lines.isEmpty, "\(command)")
        }
    }

    @Test func `A transcript is asked for and printed when it comes`() {
        var plain = Plain()
        plain.type(":chats show slack:C04")
        #expect(plain.commands == [.readTranscript(session: "slack:C04", limit: 200)])
        let transcript = StoredTranscript(
            session: "slack:C04", entries: [.init(turn: 1, time: SampleEvents.now, role: .user, text: "a\nb")])
        plain.outputs = plain.session.take(
            CommandReply(
                commandID: "p-1", status: .done, code: "done", message: "", seq: 1, payload: WireJSON.text(transcript)),
            now: plain.now)
        #expect(
            plain.lines == ["-- transcript of slack:C04 --", "2026-02-15T03:12:09.000Z user  a", "    b"])
        plain.type(":chats show slack:none")
        plain.outputs = plain.session.take(
            CommandReply(commandID: "p-2", status: .refused, code: "unknown_session", message: "no chat", seq: 1),
            now: plain.now)
        #expect(plain.lines == ["-- refused: no chat --"])
    }

    @Test func `Level and filter choose the lines that are printed`() {
        var sample = SampleEvents.withGivenUp
        var plain = Plain(hears: sample)
        func news() -> [String] {
            let count = sample.events.count
            sample.add(.log(LogRecorded(level: .info, message: "quiet")), secondsAgo: 0)
            sample.add(.log(LogRecorded(level: .error, message: "loud")), secondsAgo: 0)
            plain.outputs = []
            plain.hear(.events(Array(sample.events[count...])))
            return plain.lines.map { String($0.split(separator: " ").last ?? "") }
        }
        #expect(news() == ["quiet", "loud"])
        plain.type(":level warn")
        #expect(news() == ["loud"])
        plain.type(":level debug", ":filter !loud")
        #expect(news() == ["quiet"])
        plain.type(":filter ~(")
        #expect(plain.lines == ["-- filter: bad pattern --"])
        plain.type(":filter")
        #expect(news() == ["quiet", "loud"])
    }

    @Test func `What cannot be done is said in a line, and :quit ends`() {
        var plain = Plain(isReadOnly: true)
        for (line, part) in [
            ("hello", "commands begin with a colon"), (":nosuch", "no command nosuch"), (":set mouse on", "no mouse"),
            (":outbound drop 907", "read-only"), (":save json", "redirecting"), (":outbound", "usage:"),
        ] {
            plain.type(line)
            #expect(plain.lines.count == 1 && plain.lines[0].contains(part), "\(line): \(plain.lines)")
            #expect(plain.commands.isEmpty)
        }
        plain.type("", "   ")
        #expect(plain.outputs.isEmpty)
        plain.type(":quit")
        #expect(plain.outputs == [.end])
    }

    @Test func `:mcp list says why a server is not as it should be`() {
        var plain = Plain(hears: .withServers())
        plain.type(":mcp list")
        let why = plain.lines.filter { $0.hasPrefix("why ") }
        #expect(
            why == [
                "why browser: DISABLED, by ops1@gw-7",
                "why gis-remote: DOWN, process exited 137 (killed, likely out of memory)",
                "why osm: DEGRADED, it does not answer (1 of 3 probes)",
            ])
        plain.type(":mcp enabel osm")
        #expect(plain.lines.count == 1 && plain.lines[0].contains("no command mcp enabel: there are list, status"))
    }
}
