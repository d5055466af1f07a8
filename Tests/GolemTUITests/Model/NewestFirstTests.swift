// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct NewestFirstTests {
    private func hear(_ text: String, _ sample: inout SampleEvents, _ console: inout Operator) {
        sample.add(.log(LogRecorded(level: .info, message: text)), secondsAgo: 0)
        console.hear(.events([sample.events[sample.events.count - 1]]))
    }

    @Test func `The last events of the overview go on while nobody looks at one`() {
        var sample = SampleEvents.busyHour()
        var console = Operator(sample)
        console.wait(.seconds(3))
        for number in 1...40 {
            hear("news \(number)", &sample, &console)
            console.wait(.seconds(1))
        }
        #expect(console.text.contains("news 40"))
    }

    @Test func `The last events do not hold still after a key`() {
        var sample = SampleEvents.busyHour()
        var console = Operator(sample)
        for (number, key) in [Key.down, .up, .tab, .backTab].enumerated() {
            console.press(key)
            hear("news \(number)", &sample, &console)
            #expect(console.text.contains("news \(number)"), "after \(key)")
        }
        #expect(!console.text.contains("PAUSED"))
    }

    @Test func `The last events say when they hold, also while another pane has the focus, and F lets them go on`() {
        var sample = SampleEvents.busyHour()
        var console = Operator(sample)
        func rule() -> String { console.rows.first { $0.contains("LAST EVENTS") } ?? "" }
        #expect(rule().contains("9 for all"))
        console.press(.tab, .down)
        #expect(rule().contains("PAUSED (F resumes)"))
        for number in 1...9 { hear("news \(number)", &sample, &console) }
        #expect(rule().contains("newer (F resumes)"))
        #expect(!console.text.contains("news 9"))
        console.press(.tab)
        #expect(rule().contains("newer (F resumes)"))
        console.type("F")
        #expect(rule().contains("9 for all"))
        #expect(console.text.contains("news 9"))
        console.type("p")
        #expect(rule().contains("PAUSED (p resumes)"))
    }

    @Test func `An event that the operator went to stays under the cursor`() {
        var sample = SampleEvents.busyHour()
        var console = Operator(sample)
        console.press(.tab, .down, .down)
        let selected = console.state.selectedID(.lastEvents)
        for number in 1...40 {
            hear("news \(number)", &sample, &console)
            console.wait(.seconds(1))
        }
        #expect(console.state.selectedID(.lastEvents) == selected)
        console.type("g")
        #expect(console.text.contains("news 40"))
        hear("newer", &sample, &console)
        console.wait(.seconds(3))
        #expect(console.text.contains("newer"))
    }

    @Test func `The newest request is at the top of the trace list until the operator moves`() {
        var sample = SampleEvents.busyHour()
        var console = Operator(sample)
        console.type("8")
        for number in 1...40 {
            sample.add(
                .chatReceived(
                    ChatReceived(channel: "web", chatID: "n", sender: "n", text: "hi", length: 2, queueDepth: 1)),
                secondsAgo: 0, request: "new\(number)", session: "web:n")
            console.hear(.events([sample.events[sample.events.count - 1]]))
            console.wait(.seconds(1))
        }
        #expect(console.row(4).contains("new40"))
    }

    @Test func `Errors can be walked in every list and text`() {
        var console = Operator()
        console.type("2e")
        #expect(
            console.state.selectedID(.chats).flatMap { console.state.engine?.chats[$0]?.phase.word.text } == "FAILED")
        console.type("E")
        #expect(console.row(23).contains("no more errors above"))
        console.type("3")
        console.press(.tab)
        console.type("e")
        #expect(console.state.notice != nil || console.state.selectedID(.failures) != nil)
    }
}
