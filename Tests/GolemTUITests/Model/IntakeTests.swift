// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

@Suite struct IntakeTests {
    /// Clipboard write, title, cursor home, C1 introducer, bidi override, and a bell.
    static let evil = "\u{1B}]52;c;ZXZpbA==\u{7}\u{1B}[2J\u{1B}[H\u{9B}31mSYSTEM\u{202E}oops\u{8}\u{7F}"

    /// Every kind of event with hostile text in every string.
    static var hostileEvents: [Event] {
        let e = evil
        let at = SampleEvents.now
        let kinds: [EventKind] = [
            .engineStarted(
                EngineStarted(
                    version: e, pid: 1, host: e, model: e, workspace: e, gateway: e, policyMode: e, isDemo: false,
                    startedAt: at)),
            .serviceHealth(ServiceHealthChanged(service: e, health: .down(reason: e, retryAt: nil))),
            .policyWarning(PolicyWarning(code: e, message: e)),
            .chatReceived(ChatReceived(channel: e, chatID: e, sender: e, text: e, length: 3, queueDepth: 1)),
            .chatRejected(ChatRejected(channel: e, chatID: e + "2", sender: e, code: "not_allowed", reason: e)),
            .turnStarted(
                TurnStarted(channel: e, chatID: e, sender: e, stepLimit: 9, queuedMicroseconds: 1, isResumed: false)),
            .providerStarted(ProviderStarted(provider: e, model: e, step: 1, attempt: 1)),
            .turnDelta(TurnDelta(text: e, isThinking: true)), .turnDelta(TurnDelta(text: e, isThinking: false)),
            .providerCalled(
                ProviderCalled(
                    provider: e, model: e, step: 1, attempt: 1, tokensIn: 1, tokensOut: 1, firstTokenMicroseconds: 1,
                    durationMicroseconds: 1, stopReason: e, error: e)),
            .providerFailedOver(ProviderFailedOver(from: e, to: e, reason: e)),
            .providerCooldown(ProviderCooldown(model: e, until: at.adding(seconds: 90), reason: e)),
            .toolStarted(ToolStarted(callID: e, tool: e, arguments: #"{"a":"\u001b[2J\u202e"}"# + e)),
            .approvalRequested(
                ApprovalRequested(
                    id: 1, callID: e, tool: e, arguments: #"{"command":"\u001b]52;c;AA\u0007\u202erm","\u001bk":1}"#,
                    reason: e,
                    expiresAt: at.adding(seconds: 60))),
            .approvalRequested(
                ApprovalRequested(id: 2, callID: e, tool: e, arguments: e, reason: e, expiresAt: at.adding(seconds: 60))
            ),
            .approvalDecided(ApprovalDecided(id: 2, tool: e, decision: e, by: e, note: e)),
            .toolStarted(ToolStarted(callID: "c2", tool: e, arguments: e)),
            .toolFinished(
                ToolFinished(callID: "c2", tool: e, outcome: .error, durationMicroseconds: 5, result: e + "\n" + e)),
            .outboundQueued(OutboundQueued(messageID: 1, channel: e, chatID: e, bytes: 4)),
            .outboundAttemptFailed(
                OutboundAttemptFailed(messageID: 1, channel: e, chatID: e, attempt: 1, error: e, retryAt: at)),
            .outboundDead(OutboundDead(messageID: 1, channel: e, chatID: e, attempts: 2, error: e)),
            .outboundSent(
                OutboundSent(messageID: 2, channel: e, chatID: e, platformID: e, attempt: 1, durationMicroseconds: 1)),
            .configReloaded(ConfigChange(path: e, details: [e])), .configRejected(ConfigChange(path: e, details: [e])),
            .log(LogRecorded(level: .error, message: e, fields: [LogField(e, e)])), .unknown(name: e),
            .engineStopping(EngineStopping(reason: e)),
        ]
        return kinds.enumerated().map { index, kind in
            Event(seq: UInt64(index + 1), time: at, requestID: "r" + e, session: e + ":" + e, kind: kind)
        }
    }

    /// Whether a text could act on a terminal; a line feed is allowed in running text only.
    static func isDangerous(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            if scalar == "\n" { return false }
            return scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                || (0x202A...0x202E).contains(scalar.value)
                || (0x2066...0x2069).contains(scalar.value)
        }
    }

    /// All strings inside a value, found by reflection, so that a forgotten field cannot hide.
    static func strings(in value: Any, _ found: inout [String]) {
        if let text = value as? String {
            found.append(text)
            return
        }
        for child in Mirror(reflecting: value).children { strings(in: child.value, &found) }
    }

    @Test func `F40 every string of events is cleaned as it enters`() {
        for event in Self.hostileEvents {
            var found: [String] = []
            Self.strings(in: Intake.clean(event), &found)
            #expect(!found.isEmpty)
            for text in found { #expect(!Self.isDangerous(text), "\(event.kind.name)") }
        }
    }

    @Test func `F40 every string of a snapshot is cleaned as it enters, keys included`() {
        var state = EngineState()
        for event in Self.hostileEvents { state.apply(event) }
        var found: [String] = []
        Self.strings(in: Intake.clean(Snapshot(state: state, takenAt: SampleEvents.now)), &found)
        #expect(found.count > 100)
        #expect(!found.contains(where: Self.isDangerous))
    }

    @Test func `F40 a clean snapshot passes unchanged`() {
        let state = SampleEvents.busyHour().state
        let snapshot = Snapshot(state: state, takenAt: SampleEvents.now)
        #expect(Intake.clean(snapshot) == snapshot)
    }

    @Test(arguments: [true, false])
    func `F40 terminal escapes in chat, tool and log text never reach a picture, a copy or a file`(asSnapshot: Bool) {
        var console = Operator(nil)
        if asSnapshot {
            var state = EngineState()
            for event in Self.hostileEvents { state.apply(event) }
            console.hear(.snapshot(Snapshot(state: state, takenAt: SampleEvents.now)))
        } else {
            console.hear(.snapshot(Snapshot(state: EngineState(), takenAt: SampleEvents.now)))
            console.hear(.events(Self.hostileEvents))
        }
        let walk = [
            "1", "2", "2o", "2\r", "3", "3\r", "7", "7\r", "8", "8\r", "8\r\r", "9", "9\r", ":level debug\r", "!", "!!",
            "?",
        ]
        for keys in walk {
            var visitor = console
            for key in keys { visitor.press(key == "\r" ? .enter : .character(key)) }
            if keys == "2\r" {
                let payload =
                    #"{"session":"x","isCut":false,"entries":[{"role":"user","text":"\u001b[2J\u0007\u202e"},{"role":"\u001bx","text":"a\u009bb"}]}"#
                visitor.act(
                    .commandReplied(
                        CommandReply(
                            commandID: visitor.commands.last?.id ?? "", status: .done, code: Self.evil,
                            message: Self.evil,
                            seq: 1, commandLine: Self.evil, payload: payload)))
            }
            visitor.press(.character("y"), .character("Y"), .control("s"))
            for capabilities in [GoldenScreen.utf8, GoldenScreen.mono] {
                let frame = render(visitor.state, size: Size(columns: 100, rows: 30), capabilities: capabilities)
                #expect(!Self.isDangerous(frame.text()), "view after \(keys)")
            }
            for effect in visitor.effects {
                switch effect {
                case .copy(let text), .perform(.writeFile(_, let text)): #expect(!Self.isDangerous(text), "\(keys)")
                case .showPlain(let lines): for line in lines { #expect(!Self.isDangerous(line), "\(keys)") }
                default: break
                }
            }
        }
        for event in Self.hostileEvents {
            #expect(!Self.isDangerous(PlainPrinter.line(event) ?? ""))
            #expect(PlainPrinter.line(event)?.contains("\n") != true)
        }
    }

    @Test func `F40 escaped control characters in arguments are shown, not obeyed`() {
        let entries = JSONOutline.entries(#"{"command":"echo \u001b[2J\u202eok\nrm x"}"#)
        #expect(entries.count == 1)
        #expect(!Self.isDangerous(entries[0].text))
        #expect(entries[0].text.contains("^["))
        #expect(entries[0].text.hasSuffix("\nrm x"))
    }

    @Test func `Arguments that are no object are shown as they are`() {
        #expect(JSONOutline.entries("not json {").map(\.text) == ["not json {"])
        #expect(JSONOutline.entries("[1,2]").map(\.text) == ["[1,2]"])
        #expect(JSONOutline.entries(#"{"a":1,"a":2}"#).map(\.text) == ["1", "2"])
        #expect(JSONOutline.entries(#"{"a":{"b":[true,null,"x"]}}"#).map(\.text) == [#"{b: [true, null, "x"]}"#])
    }
}
