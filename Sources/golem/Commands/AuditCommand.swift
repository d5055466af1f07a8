// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemEvents

/// `golem audit`: reads and checks the audit log.
enum AuditCommand {
    private static let follow = Switch("follow", short: "f", "Goes on with new lines until it is ended.")
    private static let count = Option<Int>.integer("lines", "count", 1...100_000, "How many lines at first; 20.")
    private static let json = Switch("json", "Prints the lines as they are.")
    private static let since = Option<String>.text("since", "time", "From this time on: RFC 3339, or 24h, 30m.")
    private static let until = Option<String>.text("until", "time", "Before this time, likewise.")
    private static let format = Option<String>.choice("format", "form", ["json", "csv"], "json (the default) or csv.")

    static let definition = CommandDefinition(
        name: "audit", summary: "Reads and checks the audit log.",
        subcommands: [
            CommandDefinition(
                name: "tail", summary: "Shows the newest lines.",
                flags: [FlagDefinition(follow), FlagDefinition(count), FlagDefinition(json)], run: tail),
            CommandDefinition(
                name: "verify", summary: "Checks that no line was changed, removed or inserted.",
                discussion:
                    "The exit code is 65 when the chain is broken; the first broken line is named. How far the log went "
                    + "stands in audit.head.json beside it; note the hash of the last line elsewhere too: whoever "
                    + "can write to the folder can change both.", run: verify),
            CommandDefinition(
                name: "export", summary: "Writes the lines of a time to standard output.",
                flags: [FlagDefinition(since), FlagDefinition(until), FlagDefinition(format)], run: export),
        ])

    private static func path(_ invocation: Invocation) throws(CommandFailure) -> String {
        let path = AuditFiles.path(workspace: try GlobalFlags.load(invocation).workspace)
        guard AuditFiles.wasWritten(path) else {
            throw CommandFailure("there is no audit log at \(path) yet")
        }
        return path
    }

    @Sendable private static func verify(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let path = try path(invocation)
        let verdict: AuditFiles.Verdict
        do { verdict = try AuditFiles.verify(path) } catch {
            throw CommandFailure(error.description, exitCode: ExitCode.inputOutput)
        }
        if let broken = verdict.broken {
            throw CommandFailure(
                "the chain is broken at \(broken.file)\(broken.line > 0 ? " line \(broken.line)" : ""): \(broken.reason) "
                    + "(\(verdict.lines) lines\(broken.line > 0 ? " before it" : "") are in order)",
                exitCode: ExitCode.damagedData)
        }
        let begin = verdict.first.map { $0 > 1 ? ", from line \($0) on: older files are gone" : "" } ?? ""
        Output.line("\(verdict.lines) lines are in order\(begin). Last hash: \(verdict.head)")
        return ExitCode.success
    }

    @Sendable private static func export(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let path = try path(invocation)
        let now = SystemTime().wallNow()
        let from = try invocation[since].map { (text) throws(CommandFailure) in try moment(text, now, invocation) }
        let to = try invocation[until].map { (text) throws(CommandFailure) in try moment(text, now, invocation) }
        let isCSV = invocation[format] == "csv"
        if isCSV { Output.line(AuditText.columns.joined(separator: ",")) }
        do {
            try AuditFiles.read(path, since: from, until: to) { line, value in
                Output.line(isCSV ? AuditText.csv(value) : line)
                return Output.failure == nil
            }
        } catch { throw CommandFailure(error.description, exitCode: ExitCode.inputOutput) }
        return ExitCode.success
    }

    /// A time as it stands in the log: a duration counts back from now.
    private static func moment(
        _ text: String, _ now: Timestamp, _ invocation: Invocation
    ) throws(CommandFailure) -> String {
        if let ago = GoDuration.parse(text) { return now.adding(microseconds: -ago.microseconds).rfc3339 }
        guard text.wholeMatch(of: #/\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?/#) != nil else {
            throw .usage(
                "\"\(text)\" is neither a time such as 2026-02-15T09:00:00Z nor a duration such as 24h",
                help: invocation.path)
        }
        return text.hasSuffix("Z") ? String(text.dropLast()) : text
    }

    @Sendable private static func tail(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let path = try path(invocation)
        let isJSON = invocation.has(json)
        let last: [(text: String, value: JSONValue)]
        do { last = try AuditFiles.tail(path, count: invocation[count] ?? 20) } catch {
            throw CommandFailure(error.description, exitCode: ExitCode.inputOutput)
        }
        var number: Int64 = 0
        for (line, value) in last {
            Output.line(isJSON ? line : Output.printable(AuditText.line(value)))
            number = value["seq"]?.integerValue ?? number
        }
        guard invocation.has(follow) else { return ExitCode.success }
        var reader = AuditFollower(path: path, after: number)
        while Output.failure == nil {
            do {
                try reader.next { line, value in
                    Output.line(isJSON ? line : Output.printable(AuditText.line(value)))
                }
            } catch { throw CommandFailure(error.description, exitCode: ExitCode.inputOutput) }
            usleep(200_000)
        }
        return ExitCode.success
    }
}
