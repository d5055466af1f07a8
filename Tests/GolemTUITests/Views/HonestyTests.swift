// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct HonestyTests {
    private var quiet: SampleEvents {
        var sample = SampleEvents()
        sample.start()
        return sample
    }

    @Test(arguments: ViewID.allCases)
    func `F48 loading, empty, unavailable and stale are different texts`(view: ViewID) {
        func text(_ console: Operator) -> String {
            var console = console
            console.press(.character(Character("\(view.rawValue)")))
            return console.text
        }
        let loading = text(Operator(nil))
        var broken = Operator(nil)
        broken.hear(.lost(reason: "no such socket"))
        let unavailable = text(broken)
        let empty = text(Operator(quiet))
        var silent = Operator(quiet)
        silent.wait(.seconds(14))
        let stale = text(silent)
        #expect(loading.contains("loading:") && !loading.contains("empty") && !loading.contains("0 rows"))
        #expect(unavailable.contains("unavailable: no connection to the engine: no such socket"))
        #expect(!unavailable.contains("loading") && !unavailable.contains("0 rows"))
        #expect(
            empty.contains(view == .overview ? "ok: nothing is broken" : (view == .logs ? "engine.started" : "empty:")))
        #expect(!empty.contains("loading") && !empty.contains("STALE"))
        #expect(stale.contains("STALE 14s") && stale.contains("picture is 14s old"))
        #expect(Set([loading, unavailable, empty, stale]).count == 4)
    }

    @Test func `F48 a lost link keeps the last picture and marks it`() {
        var console = Operator()
        console.type("2")
        let before = console.rows
        console.hear(.lost(reason: "reset by peer"))
        console.wait(.seconds(8))
        let after = console.rows
        #expect(console.row(1).contains("LOST 8s"))
        #expect(console.row(1).contains("rtt ---"))
        #expect(console.row(23).contains("connection lost: reset by peer"))
        // Ages go on; the chats and what they said stay.
        #expect(before[9...20].map { $0.prefix(60) } == after[9...20].map { $0.prefix(60) })
    }

    @Test func `F48 a transcript that cannot be read says so`() {
        var console = Operator()
        console.type("2")
        console.press(.enter)
        #expect(console.text.contains("loading: asked the engine"))
        console.act(
            .commandReplied(
                CommandReply(
                    commandID: "t-1", status: .refused, code: "unknown_session", message: "no such session", seq: 1)))
        #expect(console.text.contains("unavailable: no such session"))
    }

    @Test func `F48 entries of a transcript that cannot be read are shown as such, and none is left out`() {
        var console = Operator()
        console.type("2G")
        console.press(.enter)
        func reply(_ payload: String) {
            console.act(
                .commandReplied(
                    CommandReply(commandID: "t-1", status: .done, code: "done", message: "", seq: 1, payload: payload)))
        }
        reply(#"{"session":"x","isCut":false,"entries":[{"user":{"_0":"old"}},{"role":"user","text":"hello"}]}"#)
        #expect(console.text.contains("ERROR  unreadable: an entry from nobody"))
        #expect(console.text.contains("hello"))
    }

    @Test func `F48 a payload that is no transcript says so`() {
        var console = Operator()
        console.type("2")
        console.press(.enter)
        console.act(
            .commandReplied(
                CommandReply(
                    commandID: "t-1", status: .done, code: "done", message: "", seq: 1,
                    payload: #"[{"user":{"_0":"hello"}}]"#)))
        #expect(console.text.contains("unavailable: the engine sent a transcript that this version cannot read"))
    }

    @Test func `F48 an empty transcript is not a loading one`() {
        var console = Operator()
        console.type("2G")
        console.press(.enter)
        console.act(
            .commandReplied(
                CommandReply(
                    commandID: "t-1", status: .done, code: "done", message: "", seq: 1,
                    payload: WireJSON.text(StoredTranscript(session: "slack:C04", entries: [])))))
        #expect(console.text.contains("empty: this chat has no stored messages"))
    }

    @Test func `F48 hidden rows are not empty lists`() {
        var console = Operator()
        console.type("2/nothinglikethis")
        console.press(.enter)
        #expect(console.text.contains("the filter hides all 6 rows: Esc clears it"))
    }

    @Test func `F48 numbers that were not measured are no zeros`() {
        var sample = quiet
        sample.add(.toolStarted(ToolStarted(callID: "c", tool: "exec", arguments: "{}")), secondsAgo: 1, session: "a:b")
        var console = Operator(sample)
        console.type("3")
        let row = console.row(4)
        #expect(row.contains("exec"))
        #expect(!row.contains("0.0"))
        #expect(row.split(separator: " ").filter { $0 == "-" }.count == 6)
    }

    @Test func `A request that is forgotten says so`() {
        var console = Operator()
        console.state.go(to: Location(.trace, path: ["feedbeef"]))
        #expect(console.text.contains("unavailable: request feedbeef is not remembered any more"))
    }

    @Test func `The demo is marked on every view`() {
        var console = Operator(.busyHour(isDemo: true))
        for view in ViewID.allCases {
            console.press(.character(Character("\(view.rawValue)")))
            #expect(console.row(1).contains("DEMO"))
        }
    }

    @Test func `A clock that differs from the engine's does not change ages`() {
        let sample = SampleEvents.busyHour()
        var near = Operator(sample)
        near.type("2")
        var far = Operator(nil)
        far.act(
            .timePassed(ConsoleTime(wall: SampleEvents.now.adding(seconds: 3_600), monotonic: .seconds(1_000))))
        far.hear(.snapshot(Snapshot(state: sample.state, takenAt: SampleEvents.now)))
        far.hear(.pulse(roundTripMicroseconds: 204_000, engineTime: SampleEvents.now.adding(microseconds: -102_000)))
        far.wait(.milliseconds(200))
        far.type("2")
        #expect(far.text == near.text)
    }
}
