// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The long parts of an event, for the view of a single log line.
enum EventFields {
    static func fields(of kind: EventKind, in zone: DisplayZone) -> [JSONOutline.Entry] {
        switch kind {
        case .chatReceived(let event): [entry("from", event.sender), entry("text", event.text)]
        case .chatRejected(let event):
            [entry("from", event.sender), entry("code", event.code), entry("reason", event.reason)]
        case .turnFinished(let event): [entry("stop", event.stopReason), entry("text", event.text)]
        case .turnFailed(let event): [entry("code", event.code), entry("error", event.message)]
        case .toolStarted(let event): [entry("tool", event.tool)] + JSONOutline.revealed(event.arguments).map(labelled)
        case .toolFinished(let event):
            [entry("tool", event.tool), entry("outcome", event.outcome.rawValue), entry("result", event.result)]
        case .toolSandbox(let event):
            [entry("tool", event.tool), entry("sandbox", event.summary), entry("problem", event.problem ?? "")]
        case .approvalRequested(let event):
            [entry("tool", event.tool), entry("reason", event.reason)]
                + JSONOutline.revealed(event.arguments).map(labelled)
        case .approvalDecided(let event), .approvalExpired(let event):
            [entry("by", event.by), entry("note", event.note)]
        case .questionAsked(let event):
            [entry("server", event.server), entry("asks", event.message), entry("page", event.url ?? "")]
                + event.fields.map { entry($0.name, $0.rule) }
        case .questionAnswered(let event), .questionExpired(let event):
            [entry("server", event.server), entry("by", event.by), entry("note", event.note)]
        case .toolProgressed(let event): [entry("tool", event.tool), entry("so far", event.progress.text)]
        case .configReloaded(let event), .configRejected(let event): event.details.map { entry("detail", $0) }
        case .log(let event): [entry("message", event.message)] + event.fields.map { entry($0.key, $0.value) }
        case .mcpState(let event):
            [
                entry("server", event.server), entry("state", event.health.word),
                entry("reason", event.health.reason ?? "-"),
            ]
        case .mcpToolsChanged(let event):
            [entry("server", event.server), entry("reason", event.reason)]
                + event.tools.map { entry($0.isOffered ? "tool" : "not", $0.refusal ?? $0.modelName) }
        case .mcpStderr(let event): event.lines.map { entry("line", $0) }
        case .outboundAttemptFailed(let event):
            [entry("error", event.error), entry("again at", zone.stamp(event.retryAt))]
        case .outboundDead(let event): [entry("error", event.error)]
        case .problemMuted(let event): [entry("problem", event.subject), entry("reason", event.reason)]
        default: []
        }
    }

    /// The long parts in one line, for a list; empty when there are none.
    static func body(of kind: EventKind, in zone: DisplayZone) -> String {
        fields(of: kind, in: zone).filter { !$0.text.isEmpty }.map { "  \($0.key)=\($0.text)" }.joined()
    }

    private static func entry(_ key: String, _ text: String) -> JSONOutline.Entry {
        JSONOutline.Entry(key: key, text: text)
    }

    private static func labelled(_ entry: JSONOutline.Entry) -> JSONOutline.Entry {
        JSONOutline.Entry(key: entry.key.isEmpty ? "arguments" : entry.key, text: entry.text)
    }
}
