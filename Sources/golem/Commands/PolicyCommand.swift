// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEngine
import GolemEvents

/// `golem policy`: which tool calls run, which wait for a person, and why.
enum PolicyCommand {
    private static let ttl = Option<String>.text("ttl", "duration", "How long off holds, such as 30m; at most 168h.")
    private static let keep = Switch("keep", "Writes the mode to the configuration too.")
    private static let json = Switch("json", "Prints JSON.")
    private static let arguments = Option<String>.text("args", "json", "The arguments of the call, a JSON object.")
    private static let channel = Option<String>.text("channel", "name", "The channel of the chat.")
    private static let sender = Option<String>.text("sender", "id", "Who wrote the message.")

    static let definition = CommandDefinition(
        name: "policy", summary: "Shows and changes which tool calls run and which need an approval.",
        discussion: "A change holds at once in the running engine, in all chats, and over its restarts.",
        subcommands: [
            mode("strict", "Rules hold, and the listed tools need an approval."),
            mode("relaxed", "Nobody is asked; what a rule denies stays denied."),
            CommandDefinition(
                name: "off", summary: "Everything runs without being asked, until the ttl is over.",
                flags: [FlagDefinition(ttl), FlagDefinition(keep)],
                run: { invocation throws(CommandFailure) in try set("off", invocation) }),
            CommandDefinition(
                name: "show", summary: "Shows the policy in force, its rules and its grants.",
                flags: [FlagDefinition(json)], run: show),
            CommandDefinition(
                name: "status", summary: "The same as show.", flags: [FlagDefinition(json)], run: show),
            CommandDefinition(
                name: "explain", summary: "Says what would happen with a call, and why.",
                discussion: "It asks the running engine; when none runs it reads the configuration, and says so.",
                flags: [
                    FlagDefinition(arguments), FlagDefinition(channel), FlagDefinition(sender), FlagDefinition(json),
                ], positionals: [Positional("tool", "The tool.")], run: explain),
            CommandDefinition(
                name: "what-if", summary: "Replays the calls of the last 24 hours with other rules.",
                discussion: "The rules are a list as in policy.rules, or an object with mode, require_approval and "
                    + "rules; as a file or as JSON. Nothing is changed.",
                flags: [FlagDefinition(json)], positionals: [Positional("rules", "A file, or JSON.")], run: whatIf),
        ])

    private static func mode(_ name: String, _ summary: String) -> CommandDefinition {
        CommandDefinition(
            name: name, summary: summary, flags: [FlagDefinition(keep)],
            run: { invocation throws(CommandFailure) in try set(name, invocation) })
    }

    private static func set(_ mode: String, _ invocation: Invocation) throws(CommandFailure) -> Int32 {
        var duration: Duration?
        if mode == "off", let text = invocation[ttl] {
            guard let parsed = GoDuration.parse(text), parsed >= .seconds(1), parsed <= .seconds(604_800) else {
                throw .usage("invalid --ttl duration: \"\(text)\"", help: invocation.path)
            }
            duration = parsed
        }
        let loaded = try GlobalFlags.load(invocation)
        if mode == "off", duration == nil, !loaded.config.policy.allowPersistentOff {
            throw .usage("--ttl is required, for example --ttl 30m", help: invocation.path)
        }
        let action = Command.Action.setPolicyMode(
            mode: mode, ttlSeconds: duration.map { Int($0.components.seconds) }, isKept: invocation.has(keep))
        switch try Control.ask(action, invocation) {
        case .success(let reply):
            guard reply.status != .refused else {
                throw CommandFailure("\(reply.message) (\(reply.code))", exitCode: ExitCode.refused)
            }
            Output.line(reply.message)
        case .failure(let failure):
            guard failure.code == "no_engine", invocation.has(keep) else {
                let hint =
                    failure.code == "no_engine" ? " With --keep the configuration is changed for the next start." : ""
                throw CommandFailure(failure.message + hint, exitCode: ExitCode.unavailable)
            }
            do { try PolicyKeeping.keep(mode, ttl: duration, at: loaded.locations) } catch {
                throw CommandFailure(error)
            }
            var entry = AuditEntry(
                "policy_cli_switch", at: SystemTime().wallNow(),
                result: "mode=\(mode) off_ttl=\(duration.map { GoDuration.text($0) } ?? "none")",
                actor: Control.actor.name)
            entry.outcome = "no engine runs"
            let problem = OfflinePolicy.note(entry, workspace: loaded.workspace)
            Output.line("No engine runs. The configuration says \(mode) for the next start.")
            if let problem { Output.error("golem: warning: not in the audit log: \(problem)") }
        }
        return ExitCode.success
    }

    @Sendable private static func show(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let loaded = try GlobalFlags.load(invocation)
        var report: [String: JSONValue]
        switch try Control.ask(.readPolicy, invocation) {
        case .success(let reply):
            report = (try? JSONValue(parsing: reply.payload ?? "{}"))?.objectValue ?? [:]
            report["source"] = "engine"
        case .failure:
            let policy = loaded.config.policy
            let start = PolicyStart(loaded, now: SystemTime().wallNow())
            report = [
                "source": .string(start.via == "config" ? "configuration" : "stored"),
                "mode": .string(start.rules.mode),
                "off_until": start.rules.offUntil.map { .string($0.rfc3339) } ?? .null,
                "off_ttl": .string(policy.offTTL.isEmpty ? "none" : policy.offTTL),
                "require_approval": .array(start.rules.requireApproval.map { .string($0.description) }),
                "rules": policy.rules, "approvers": .array(policy.approvers.map { .string($0) }),
                "set_by": .string(start.by), "emergency_stop": start.stopSentence.map { .string($0) } ?? .bool(false),
            ]
        }
        report["allow_persistent_off"] = .bool(loaded.config.policy.allowPersistentOff)
        Output.line(invocation.has(json) ? JSONValue.object(report).prettyText : text(report))
        return ExitCode.success
    }

    private static func origin(_ report: [String: JSONValue]) -> String {
        switch report["source"] {
        case "engine": ""
        case "stored": " (set by \(report["set_by"]?.stringValue ?? "-"), for the next start; no engine answers)"
        default: " (configured; no engine answers)"
        }
    }

    private static func text(_ report: [String: JSONValue]) -> String {
        func list(_ key: String) -> String {
            let words = report[key]?.arrayValue?.compactMap(\.stringValue) ?? []
            return words.isEmpty ? "none" : words.joined(separator: ", ")
        }
        let mode = report["mode"]?.stringValue ?? "unknown"
        let isOff = mode == "off"
        let end = report["off_until"]?.stringValue
        let ttl = report["off_ttl"]?.stringValue
        var lines = [
            "mode: \(mode)" + origin(report),
            end.map { "off_until: \($0)" } ?? "off_ttl: \(ttl ?? "none")",
            "allow_persistent_off: \(report["allow_persistent_off"]?.text ?? "false")",
            "require_approval: \(list("require_approval"))", "approvers: \(list("approvers"))",
            "risk: "
                + (isOff
                    ? end == nil && (ttl ?? "none") == "none"
                        ? "HIGH-RISK (off without an end)" : "limited (ttl-based off mode)" : "normal"),
        ]
        for (index, rule) in (report["rules"]?.arrayValue ?? []).enumerated() {
            lines.append("rule \(index): \(Output.printable(rule.text))")
        }
        for grant in report["grants"]?.arrayValue ?? [] { lines.append("grant: \(Output.printable(grant.text))") }
        switch report["emergency_stop"] {
        case .bool(true): lines.append("EMERGENCY STOP: no tool runs; golem estop off releases it")
        case .string(let text): lines.append("EMERGENCY STOP: \(Output.printable(text))")
        default: break
        }
        return lines.joined(separator: "\n")
    }

    @Sendable private static func explain(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let tool = invocation.words[0]
        let given = invocation[arguments] ?? ""
        let loaded = try GlobalFlags.load(invocation)
        let action = Command.Action.explainPolicy(
            tool: tool, arguments: given, channel: invocation[channel] ?? "", sender: invocation[sender] ?? "")
        var explained: [String: JSONValue]
        switch try Control.ask(action, invocation) {
        case .success(let reply):
            guard reply.status != .refused else { throw CommandFailure(reply.message, exitCode: ExitCode.usage) }
            explained = (try? JSONValue(parsing: reply.payload ?? "{}"))?.objectValue ?? [:]
            explained["source"] = "engine"
        case .failure:
            let now = SystemTime().wallNow()
            let start = PolicyStart(loaded, now: now)
            do {
                explained = try PolicyExplainer.explain(
                    tool, arguments: given, channel: invocation[channel] ?? "", sender: invocation[sender] ?? "",
                    rules: start.rules, names: PolicyNames(servers: Array(loaded.config.mcpServers.keys)), now: now)
            } catch { throw CommandFailure(error.message, exitCode: ExitCode.usage) }
            explained["source"] = "configuration"
            explained["emergency_stop"] = .bool(start.stopSentence != nil)
        }
        if invocation.has(json) {
            Output.line(JSONValue.object(explained).prettyText)
        } else {
            Output.line(Output.printable(explained["sentence"]?.stringValue ?? ""))
            if explained["emergency_stop"] == .bool(true) { Output.line("And all tools are stopped: golem estop off") }
            Output.line(
                explained["source"] == "engine"
                    ? "(the running engine)" : "(configuration and stored state; no engine answers)")
        }
        return ExitCode.success
    }

    @Sendable private static func whatIf(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
        let loaded = try GlobalFlags.load(invocation)
        let word = invocation.words[0]
        let isJSON = word.hasPrefix("[") || word.hasPrefix("{")
        guard
            let text = isJSON
                ? word : FileManager.default.contents(atPath: word).map({ String(decoding: $0, as: UTF8.self) })
        else { throw CommandFailure("\(word) cannot be read", exitCode: ExitCode.usage) }
        let replay: PolicyReplay
        do {
            let rules = try PolicyReplay.rules(text, current: loaded.config.policy)
            let past = try PastCall.read(
                database: loaded.workspace + "/state/golem.db",
                since: SystemTime().wallNow().adding(seconds: -86_400))
            replay = PolicyReplay(
                past, rules: rules, names: PolicyNames(servers: Array(loaded.config.mcpServers.keys)))
        } catch let problem as PolicyRule.Problem {
            throw CommandFailure(problem.message, exitCode: ExitCode.configuration)
        } catch {
            throw CommandFailure("\(error)")
        }
        if invocation.has(json) {
            Output.line(report(replay).prettyText)
            return ExitCode.success
        }
        let refused = replay.wereDenied > 0 ? ", \(replay.wereDenied) of them refused by policy" : ""
        Output.line("Calls of the last 24 hours: \(replay.calls)\(refused)")
        let freed = replay.noLongerDenied > 0 ? ", \(replay.noLongerDenied) were refused" : ""
        Output.line("  would run: \(replay.allowed) (\(replay.noLongerAsked) of them were asked for\(freed))")
        Output.line("  would wait for a person: \(replay.asked) (\(replay.newlyAsked) of them ran unasked)")
        Output.line("  would be refused: \(replay.denied)")
        if replay.unjudged > 0 {
            Output.line("  left out: \(replay.unjudged), whose arguments were not kept whole")
        }
        for example in replay.examples { Output.line("  \(example.decision)  \(Output.printable(example.text))") }
        return ExitCode.success
    }

    private static func report(_ replay: PolicyReplay) -> JSONValue {
        func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }
        return [
            "calls": number(replay.calls), "allowed": number(replay.allowed), "asked": number(replay.asked),
            "denied": number(replay.denied), "newly_asked": number(replay.newlyAsked),
            "no_longer_asked": number(replay.noLongerAsked), "were_denied": number(replay.wereDenied),
            "no_longer_denied": number(replay.noLongerDenied), "left_out": number(replay.unjudged),
            "examples": .array(
                replay.examples.map { ["decision": .string($0.decision), "call": .string($0.text)] }),
        ]
    }
}
