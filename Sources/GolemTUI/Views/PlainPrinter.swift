// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// Events as plain lines, for `golem attach --plain`, `TERM=dumb`, screen readers and files.
///
/// Everything that is printed goes through ``Intake`` first; a line never holds a control character.
package enum PlainPrinter {
    /// An event as one line without a line feed; nil for what plain output leaves out (text deltas).
    package static func line(_ event: Event) -> String? {
        switch event.kind {
        case .turnDelta: return nil
        case .mcpState(let change) where change.isRoutine: return nil
        default: break
        }
        let clean = Intake.clean(event)
        return text(clean, level: clean.level, summary: clean.summary)
    }

    /// A message of the link as lines.
    package static func lines(_ update: LinkUpdate) -> [String] {
        switch Intake.clean(update) {
        case .connecting(let attempt):
            return attempt == 1 ? ["-- connecting --"] : ["-- connecting, attempt \(attempt) --"]
        case .snapshot(let snapshot): return summary(of: snapshot)
        case .events(let events): return events.compactMap(line)
        case .missed(let count): return ["-- \(count) events not received --"]
        case .pulse: return []
        case .lost(let reason): return ["-- connection lost: \(reason) --"]
        case .closed(let reason): return ["-- closed: \(reason) --"]
        }
    }

    /// A reply to a command as one line.
    package static func line(_ reply: CommandReply) -> String {
        let clean = Intake.clean(reply)
        return "\(clean.status.rawValue): \(clean.message)" + (clean.commandLine.map { "  = \($0)" } ?? "")
    }

    static func line(_ line: LogLine) -> String {
        guard let event = line.event else { return "-- \(line.summary) --" }
        return text(event, level: line.level, summary: line.summary)
    }

    private static func text(_ event: Event, level: LogLevel, summary: String) -> String {
        let word = padded(level == .error ? "ERR" : (level == .warn ? "WARN" : level.rawValue), to: 5, utf8: false)
        let request = event.requestID.map { " req=\($0)" } ?? ""
        let session = event.session.map { " chat=\($0)" } ?? ""
        return "\(event.time.rfc3339) \(word) \(event.kind.name)\(request)\(session) \(Format.oneLine(summary))"
    }

    private static func summary(of snapshot: Snapshot) -> [String] {
        let state = snapshot.state
        let host = state.engine.map { "golem@\($0.host) v\($0.version)\($0.isDemo ? " DEMO" : "")" } ?? "golem"
        var lines = ["-- \(host), \(snapshot.takenAt.rfc3339), event \(state.seq) --"]
        let running = state.chats.values.filter(\.phase.isRunning).count
        lines.append(
            "-- \(state.chats.count) chats, \(running) busy, \(state.approvals.count) approvals and \(state.questions.count) questions wait --"
        )
        lines += state.problems(now: snapshot.takenAt).map { problem in
            let word = problem.severity == .critical ? "CRIT" : (problem.severity == .warning ? "WARN" : "ASK")
            return "\(word) \(Format.oneLine(problem.text))"
        }
        return lines
    }
}
