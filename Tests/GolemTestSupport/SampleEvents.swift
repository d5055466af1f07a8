// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// A believable stream of events: what a small team's engine does within an hour, at a fixed time.
///
/// Tests fold it into a state, so that no screen is ever drawn from a state that events cannot make.
package struct SampleEvents: Sendable {
    /// The engine's clock at the end: 2026-02-15T03:12:09Z.
    package static let now = Timestamp(seconds: 1_771_125_129)

    /// The events so far.
    package private(set) var events: [Event] = []
    private var seq: UInt64 = 0

    /// Begins an empty stream.
    package init() {}

    /// The state that the events make.
    package var state: EngineState {
        var state = folded?.state ?? EngineState()
        for event in events[(folded?.count ?? 0)...] { state.apply(event) }
        return state
    }

    /// The state of the first `count` events, where it is known.
    private var folded: (count: Int, state: EngineState)?

    /// Appends an event `secondsAgo` before ``now``; the caller keeps them in order.
    package mutating func add(
        _ kind: EventKind, secondsAgo: Double, request: String? = nil, session: String? = nil
    ) {
        seq += 1
        let time = Self.now.adding(microseconds: -Int64(secondsAgo * 1_000_000))
        events.append(Event(seq: seq, time: time, requestID: request, session: session, kind: kind))
    }

    /// `engine.started`, twelve days ago.
    package mutating func start(isDemo: Bool = false, host: String = "gw-7") {
        let uptime: Int64 = 12 * 86_400 + 3 * 3_600
        add(
            .engineStarted(
                EngineStarted(
                    version: "0.1.0", pid: 4_117, host: host, model: "anthropic/claude-sonnet-4-5",
                    workspace: "/srv/golem", gateway: "127.0.0.1:18790", policyMode: "strict", isDemo: isDemo,
                    startedAt: Self.now.adding(seconds: -uptime))), secondsAgo: 4_000)
    }

    /// An hour of ordinary work and the troubles of the last minutes.
    package static func busyHour(isDemo: Bool = false) -> SampleEvents { isDemo ? demoHour : ordinaryHour }

    // Made once: hundreds of tests begin with them.
    private static let ordinaryHour = makeHour(isDemo: false)
    private static let demoHour = makeHour(isDemo: true)

    private static func makeHour(isDemo: Bool) -> SampleEvents {
        var sample = SampleEvents()
        sample.start(isDemo: isDemo)
        for service in ["gateway", "store", "attach", "channel:telegram", "channel:slack"] {
            sample.add(.serviceHealth(ServiceHealthChanged(service: service, health: .healthy)), secondsAgo: 3_990)
        }
        sample.add(
            .policyWarning(
                PolicyWarning(code: "open_allow_list", message: "telegram: allow_from is [\"*\"], everybody may write")),
            secondsAgo: 3_980)
        sample.ordinaryTurns()
        sample.troubles()
        sample.liveChats()
        sample.putInOrder()
        sample.folded = (sample.events.count, sample.state)
        return sample
    }

    /// The busy hour, after which two messages to a channel were given up.
    package static var withGivenUp: SampleEvents {
        var sample = busyHour()
        for (id, chat, request) in [(907, "61002", "9d00c7aa-2"), (911, "88123", "7f3a91c2-5")] {
            sample.add(
                .outboundDead(
                    OutboundDead(
                        messageID: Int64(id), channel: "telegram", chatID: chat, attempts: 8,
                        error: "403 Forbidden: bot was blocked by the user")), secondsAgo: 4, request: request,
                session: "telegram:\(chat)")
        }
        return sample
    }

    /// Numbers the events in the order of their times, as an engine would have published them.
    private mutating func putInOrder() {
        let sorted = events.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
        events = sorted.enumerated().map { index, pair in
            var event = pair.element
            event.seq = UInt64(index + 1)
            return event
        }
    }

    private mutating func ordinaryTurns() {
        let chats = [
            ("telegram", "88123", "Anna"), ("slack", "C04", "gis-ops"), ("telegram", "90417", "Bo"),
            ("web", "s-20", "web"),
        ]
        for turn in 0..<80 {
            let (channel, chat, sender) = chats[turn % chats.count]
            let session = "\(channel):\(chat)"
            let request = "\(Self.hex(turn))-\(turn)"
            let began = 3_900.0 - Double(turn) * 44
            add(
                .chatReceived(
                    ChatReceived(
                        channel: channel, chatID: chat, sender: sender, text: "How large is parcel \(turn)?",
                        length: 24,
                        queueDepth: 1)), secondsAgo: began, request: request, session: session)
            add(
                .turnStarted(
                    TurnStarted(
                        channel: channel, chatID: chat, sender: sender, stepLimit: 20, queuedMicroseconds: 4_000,
                        isResumed: false)), secondsAgo: began - 0.004, request: request, session: session)
            let thinking = 1_400_000 + Int64(turn % 7) * 310_000
            model(1, 2_100 + turn * 7, 96, thinking, "tool_calls", began - 0.01, request, session)
            let slow = turn % 9 == 4
            let tool = ["geo_info", "web_fetch", "read_file", "exec"][turn % 4]
            let failed = tool == "web_fetch" && turn % 3 == 0
            let took: Int64 =
                tool == "read_file" ? 9_000 + Int64(turn) * 130 : (slow ? 9_400_000 : 210_000 + Int64(turn) * 11_000)
            let call = "call_\(turn)"
            add(
                .toolStarted(
                    ToolStarted(callID: call, tool: tool, arguments: #"{"path":"parcels.gpkg","id":\#(turn)}"#)),
                secondsAgo: began - 2, request: request, session: session)
            add(
                .toolFinished(
                    ToolFinished(
                        callID: call, tool: tool, outcome: failed ? (slow ? .timeout : .error) : .ok,
                        durationMicroseconds: took,
                        result: failed ? "HTTP 503 from survey.example" : "3 layers, EPSG:4490")),
                secondsAgo: began - 2 - Double(took) / 1e6, request: request, session: session)
            model(2, 2_400, 71, thinking / 2, "stop", began - 14, request, session)
            add(
                .turnFinished(
                    TurnFinished(
                        text: "Parcel \(turn) measures 4.\(turn % 10) ha.", stopReason: "answered", steps: 2,
                        tokensIn: 4_500 + turn, tokensOut: 167, durationMicroseconds: 6_100_000)),
                secondsAgo: began - 16, request: request, session: session)
            add(
                .outboundQueued(OutboundQueued(messageID: Int64(turn), channel: channel, chatID: chat, bytes: 30)),
                secondsAgo: began - 16.01, request: request, session: session)
            add(
                .outboundSent(
                    OutboundSent(
                        messageID: Int64(turn), channel: channel, chatID: chat, platformID: "99\(turn)", attempt: 1,
                        durationMicroseconds: 310_000)), secondsAgo: began - 16.4, request: request, session: session)
        }
    }

    private mutating func model(
        _ step: Int, _ tokensIn: Int, _ tokensOut: Int, _ took: Int64, _ stop: String, _ began: Double,
        _ request: String,
        _ session: String
    ) {
        add(
            .providerStarted(
                ProviderStarted(provider: "anthropic", model: "claude-sonnet-4-5", step: step, attempt: 1)),
            secondsAgo: began, request: request, session: session)
        add(
            .providerCalled(
                ProviderCalled(
                    provider: "anthropic", model: "claude-sonnet-4-5", step: step, attempt: 1, tokensIn: tokensIn,
                    tokensOut: tokensOut, firstTokenMicroseconds: took / 3, durationMicroseconds: took,
                    stopReason: stop,
                    error: nil)), secondsAgo: began - Double(took) / 1e6, request: request, session: session)
    }

    private mutating func troubles() {
        add(
            .chatRejected(
                ChatRejected(
                    channel: "discord", chatID: "7718", sender: "u77", code: "not_allowed", reason: "not in allow_from")
            ),
            secondsAgo: 180, session: "discord:7718")
        let request = "0b44aa12-1"
        let session = "web:s-21"
        add(
            .chatReceived(
                ChatReceived(channel: "web", chatID: "s-21", sender: "web", text: "报告在哪里？", length: 6, queueDepth: 1)),
            secondsAgo: 160, request: request, session: session)
        add(
            .turnStarted(
                TurnStarted(
                    channel: "web", chatID: "s-21", sender: "web", stepLimit: 20, queuedMicroseconds: 2_000,
                    isResumed: false)),
            secondsAgo: 159.9, request: request, session: session)
        add(
            .turnFailed(
                TurnFailed(
                    code: "provider_error", message: "anthropic: 529 overloaded", durationMicroseconds: 3_100_000)),
            secondsAgo: 156, request: request, session: session)
        add(
            .providerCooldown(
                ProviderCooldown(
                    model: "openai/gpt-5-mini", until: Self.now.adding(seconds: 95), reason: "3 failures in a row")),
            secondsAgo: 150)
        add(
            .outboundQueued(OutboundQueued(messageID: 907, channel: "telegram", chatID: "61002", bytes: 640)),
            secondsAgo: 140, request: "9d00c7aa-2", session: "telegram:61002")
        add(
            .outboundAttemptFailed(
                OutboundAttemptFailed(
                    messageID: 907, channel: "telegram", chatID: "61002", attempt: 1, error: "429 retry after 31 s",
                    retryAt: Self.now.adding(seconds: 29))), secondsAgo: 139, request: "9d00c7aa-2",
            session: "telegram:61002")
        add(
            .serviceHealth(
                ServiceHealthChanged(
                    service: "channel:slack",
                    health: .down(reason: "socket closed by peer", retryAt: Self.now.adding(seconds: 34)))),
            secondsAgo: 120)
        add(
            .log(
                LogRecorded(
                    level: .error, message: "slow disk",
                    fields: [LogField("fsync_ms", "912"), LogField("file", "golem.db")])),
            secondsAgo: 100)
    }

    private mutating func liveChats() {
        waiting("55d0e7a1-3", "feishu:oc_19", ("feishu", "oc_19", "测绘组"), 214, at: 149)
        answering("7f3a91c2-5", "telegram:88123", at: 13)
        running("91bc02dd-6", "slack:C04", at: 9)
    }

    private mutating func begin(
        _ request: String, _ session: String, _ chat: (String, String, String), _ text: String, at began: Double
    ) {
        add(
            .chatReceived(
                ChatReceived(
                    channel: chat.0, chatID: chat.1, sender: chat.2, text: text, length: text.count, queueDepth: 1)),
            secondsAgo: began, request: request, session: session)
        add(
            .turnStarted(
                TurnStarted(
                    channel: chat.0, chatID: chat.1, sender: chat.2, stepLimit: 20, queuedMicroseconds: 4_000,
                    isResumed: false)), secondsAgo: began - 0.004, request: request, session: session)
    }

    private mutating func waiting(
        _ request: String, _ session: String, _ chat: (String, String, String), _ approval: Int64, at began: Double
    ) {
        begin(request, session, chat, "请重新投影 dem_2019.tif 🗺️", at: began)
        model(1, 8_600, 120, 1_900_000, "tool_calls", began - 0.02, request, session)
        let arguments =
            #"{"command":"gdalwarp -t_srs EPSG:4490 -overwrite dem_2019.tif dem_2019.tif","timeout":120,"note":"覆盖原文件 👨‍👩‍👧"}"#
        add(
            .approvalRequested(
                ApprovalRequested(
                    id: approval - 1, callID: "call_x", tool: "exec", arguments: #"{"command":"rm -r scratch"}"#,
                    reason: "policy mode strict requires approval", expiresAt: Self.now.adding(seconds: 300))),
            secondsAgo: began - 3, request: request, session: session)
        add(
            .approvalDecided(
                ApprovalDecided(
                    id: approval - 1, tool: "exec", decision: "approved", by: "ops1@gw-7", note: "scratch only")),
            secondsAgo: began - 8, request: request, session: session)
        add(
            .approvalRequested(
                ApprovalRequested(
                    id: approval, callID: "call_y", tool: "exec", arguments: arguments,
                    reason: "policy mode strict requires approval", expiresAt: Self.now.adding(seconds: 751))),
            secondsAgo: began - 9, request: request, session: session)
    }

    private mutating func answering(_ request: String, _ session: String, at began: Double) {
        begin(
            request, session, ("telegram", "88123", "Anna"), "What changed in parcel 17 since the 2019 survey?",
            at: began)
        model(1, 2_104, 96, 1_710_000, "tool_calls", began - 0.01, request, session)
        add(
            .toolStarted(ToolStarted(callID: "c1", tool: "geo_info", arguments: #"{"path":"parcels.gpkg"}"#)),
            secondsAgo: began - 1.722, request: request, session: session)
        add(
            .toolFinished(
                ToolFinished(
                    callID: "c1", tool: "geo_info", outcome: .ok, durationMicroseconds: 210_000,
                    result: "3 layers\nEPSG:4490")),
            secondsAgo: began - 1.935, request: request, session: session)
        add(
            .toolStarted(
                ToolStarted(callID: "c2", tool: "web_fetch", arguments: #"{"url":"https://survey.example/17"}"#)),
            secondsAgo: began - 1.94, request: request, session: session)
        add(
            .toolFinished(
                ToolFinished(
                    callID: "c2", tool: "web_fetch", outcome: .timeout, durationMicroseconds: 5_000_000,
                    result: "no answer within 5 s")), secondsAgo: began - 6.95, request: request, session: session)
        add(
            .providerStarted(ProviderStarted(provider: "anthropic", model: "claude-sonnet-4-5", step: 2, attempt: 1)),
            secondsAgo: began - 7, request: request, session: session)
        add(
            .turnDelta(TurnDelta(text: "The fetch timed out, I use the register.", isThinking: true)),
            secondsAgo: began - 8, request: request, session: session)
        add(
            .turnDelta(
                TurnDelta(
                    text: "Parcel 17 has 3 revisions since 2019: the border to 测绘 16 moved by 1.2 m, a shed 🏚️ was",
                    isThinking: false)), secondsAgo: began - 10, request: request, session: session)
    }

    private mutating func running(_ request: String, _ session: String, at began: Double) {
        begin(request, session, ("slack", "C04", "gis-ops"), "Run the nightly checks now", at: began)
        model(1, 1_200, 40, 900_000, "tool_calls", began - 0.01, request, session)
        add(
            .toolStarted(ToolStarted(callID: "c9", tool: "exec", arguments: #"{"command":"make -C checks nightly"}"#)),
            secondsAgo: began - 1, request: request, session: session)
    }

    private static func hex(_ number: Int) -> String {
        let mixed = UInt32(truncatingIfNeeded: number &* 2_654_435_761 &+ 12_345)
        let text = String(mixed, radix: 16)
        return String(repeating: "0", count: 8 - text.count) + text
    }
}
