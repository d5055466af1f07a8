// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The words after `:`; they mirror the command line of the executable.
enum CommandWords {
    /// What a line asks for.
    enum Parsed: Equatable {
        case go(ViewID)
        case trace(String)
        case level(LogLevel)
        case filter(String)
        case sort(String)
        case help
        case quit
        case refresh
        case zone(isLocal: Bool)
        case mouse(isOn: Bool)
        case transcript(String)
        case save(SaveFormat)
        case act(Command.Action)
        case failure(String)
    }

    /// The usage lines, for help and completion; `<...>` stands for an object or a value.
    static let usages = [
        "overview", "chats", "tools", "mcp", "policy", "trace <request>", "logs",
        "approval list", "approval approve <approval> --for once|session|60m",
        "approval reject <approval> --note <text>", "approval revoke <grant>", "policy strict", "policy relaxed",
        "policy off <duration> --keep", "estop on <reason>", "estop off", "chats send <session> <text>",
        "chats cancel <session>",
        "chats show <session>", "mcp list", "mcp disable <server> --keep|--for|--cancel-calls",
        "mcp enable <server> --keep", "mcp reconnect <server>", "mcp test <server>", "mcp hide <server> <tool> --keep",
        "mcp unhide <server> <tool> --keep", "mcp questions", "mcp answer <question> <answer> --decline|--cancel",
        "models clear-cooldown <model>", "outbound retry <number>",
        "outbound drop <number>", "mute <kind> <problem> --for 60m --reason <text>", "unmute <kind> <problem>",
        "level debug|info|warn|error", "filter <words>", "sort <column>", "set tz utc|local", "set mouse on|off",
        "save text|json",
        "refresh", "status", "help", "stop", "quit",
    ]

    /// Reads a line; never fails without a sentence.
    static func parse(_ line: String) -> Parsed {
        // An apostrophe opens no quote: then the words are as typed.
        let words = ShellWords.split(line) ?? line.split(separator: " ").map(String.init)
        guard let first = words.first else { return .failure("nothing to do") }
        if let view = ViewID.allCases.first(where: { $0.title.lowercased() == first }), words.count == 1 {
            return .go(view)
        }
        let rest = String(line.drop { $0 == " " }.dropFirst(first.count).drop { $0 == " " })
        switch first {
        case "trace": return words.count == 2 ? .trace(words[1]) : usage("trace")
        case "level":
            return words.count == 2 ? LogLevel(rawValue: words[1]).map(Parsed.level) ?? usage("level") : usage("level")
        case "filter": return .filter(rest)
        case "sort": return words.count == 2 ? .sort(words[1]) : usage("sort")
        case "help": return .help
        case "q", "quit", "exit": return .quit
        case "refresh": return .refresh
        case "stop": return .act(.stopEngine)
        case "set": return setting(words)
        case "approval": return approval(words, line)
        case "policy": return PolicyWords.policy(words) ?? usage("policy ")
        case "estop":
            guard words.count >= 2, words[1] == "on" || words[1] == "off" else { return usage("estop") }
            return .act(.emergencyStop(isOn: words[1] == "on", reason: tail(of: line, after: 2)))
        case "status": return .go(.overview)
        case "chats": return chats(words, line)
        case "models":
            guard words.count == 3, words[1] == "clear-cooldown" else { return usage("models") }
            return .act(.clearCooldown(model: words[2]))
        case "outbound":
            guard words.count == 3, let id = Int64(words[2]) else { return usage("outbound") }
            switch words[1] {
            case "retry": return .act(.retryOutbound(id: id))
            case "drop": return .act(.dropOutbound(id: id))
            default: return usage("outbound")
            }
        case "mute": return mute(words)
        case "unmute":
            return words.count > 2 ? .act(.unmute(subject: words[1...].joined(separator: " "))) : usage("unmute")
        case "save":
            switch words.dropFirst().joined(separator: " ") {
            case "", "text": return .save(.text)
            case "json": return .save(.json)
            default: return usage("save")
            }
        case "mcp": return servers(words)
        case "cron", "heartbeat", "channels", "skills", "auth":
            return .failure(":\(first) is not in this version")
        default: return .failure("no command \(first): Tab completes, :help lists them")
        }
    }

    private static func usage(_ word: String) -> Parsed {
        .failure("usage: " + usages.filter { $0.hasPrefix(word) }.map { ":\($0)" }.joined(separator: "   "))
    }

    private static func servers(_ words: [String]) -> Parsed {
        if words.count == 1 || words == ["mcp", "list"] || words == ["mcp", "status"] { return .go(.mcp) }
        if words == ["mcp", "questions"] { return .go(.policy) }
        let known = [
            "list", "status", "disable", "enable", "reconnect", "test", "hide", "unhide", "questions", "answer",
        ]
        guard known.contains(words[1]) else {
            return .failure("no command mcp \(words[1]): there are \(known.joined(separator: ", "))")
        }
        guard words.count >= 3 else { return usage("mcp \(words[1])") }
        if words[1] == "answer" { return answer(words) }
        let name = words[2]
        var rest = Array(words[3...])
        func take(_ flag: String) -> Bool {
            guard let index = rest.firstIndex(of: flag) else { return false }
            rest.remove(at: index)
            return true
        }
        let isKept = take("--keep")
        let action: Command.Action
        switch words[1] {
        case "disable":
            var lasting: Command.ServerLasting = isKept ? .kept : .untilRestart
            let cancelsCalls = take("--cancel-calls")
            if let index = rest.firstIndex(of: "--for") {
                guard !isKept, index + 1 < rest.count, case .minutes(let minutes)? = scope(rest[index + 1]) else {
                    return usage("mcp disable")
                }
                lasting = .minutes(minutes)
                rest.removeSubrange(index...(index + 1))
            }
            action = .disableServer(server: name, lasting: lasting, cancelsCalls: cancelsCalls)
        case "enable": action = .enableServer(server: name, isKept: isKept)
        case "reconnect" where !isKept: action = .reconnectServer(server: name)
        case "test" where !isKept: action = .testServer(server: name)
        case "hide", "unhide":
            guard !rest.isEmpty else { return usage("mcp \(words[1])") }
            action = .setToolHidden(
                server: name, tool: rest.removeFirst(), isHidden: words[1] == "hide", isKept: isKept)
        default: return usage("mcp")
        }
        return rest.isEmpty ? .act(action) : usage("mcp \(words[1])")
    }

    /// Reads `mcp answer <question> <field>=<value> …`, `--decline` or `--cancel`.
    private static func answer(_ words: [String]) -> Parsed {
        let number = words[2].first == "q" ? words[2].dropFirst() : words[2][...]
        guard let id = Int64(number) else { return usage("mcp answer") }
        let rest = Array(words[3...])
        let answer: QuestionAnswer =
            switch rest {
            case ["--decline"]: .decline
            case ["--cancel"]: .cancel
            default: .accept(QuestionAnswer.texts(rest))
            }
        return .act(.answerQuestion(id: id, askedAt: nil, answer: answer))
    }

    /// Reads `mute <kind> <problem> [--for 60m] --reason <text>`; the reason goes on to the end of the line.
    private static func mute(_ words: [String]) -> Parsed {
        var subject: [String] = []
        var minutes = Acting.muteMinutes
        var index = 1
        while index < words.count {
            switch words[index] {
            case "--for":
                guard index + 1 < words.count, case .minutes(let number)? = scope(words[index + 1]) else {
                    return usage("mute")
                }
                minutes = number
                index += 2
            case "--reason":
                let reason = words[(index + 1)...].joined(separator: " ")
                guard subject.count > 1, !reason.isEmpty else { return usage("mute") }
                return .act(.mute(subject: subject.joined(separator: " "), minutes: minutes, reason: reason))
            default:
                subject.append(words[index])
                index += 1
            }
        }
        return usage("mute")
    }

    private static func setting(_ words: [String]) -> Parsed {
        switch words.dropFirst().joined(separator: " ") {
        case "tz utc": .zone(isLocal: false)
        case "tz local": .zone(isLocal: true)
        case "mouse on": .mouse(isOn: true)
        case "mouse off": .mouse(isOn: false)
        default: usage("set")
        }
    }

    private static func approval(_ words: [String], _ line: String) -> Parsed {
        if words == ["approval", "list"] { return .go(.policy) }
        guard words.count >= 3, let id = Int64(words[2]) else { return usage("approval") }
        switch words[1] {
        case "revoke" where words.count == 3: return .act(.revokeGrant(id: id))
        case "approve":
            let rest = words[3...].filter { $0 != "--for" }
            guard rest.count <= 1, let scope = scope(rest.first ?? "once") else { return usage("approval approve") }
            return .act(.approve(id: id, scope: scope))
        case "reject":
            return .act(.reject(id: id, note: tail(of: line, after: words.count > 3 && words[3] == "--note" ? 4 : 3)))
        default: return usage("approval")
        }
    }

    /// How far an approval reaches: `once`, `session`, or minutes or hours such as `60m`.
    private static func scope(_ word: String) -> Command.ApprovalScope? {
        switch word {
        case "once": return .once
        case "session": return .session
        default:
            guard let unit = word.last, unit == "m" || unit == "h", let number = Int(word.dropLast()),
                (1...1_440).contains(number)
            else { return nil }
            return .minutes(unit == "h" ? number * 60 : number)
        }
    }

    private static func chats(_ words: [String], _ line: String) -> Parsed {
        guard words.count >= 3 else { return usage("chats") }
        switch words[1] {
        case "cancel" where words.count == 3: return .act(.cancelTurn(session: words[2]))
        case "show" where words.count == 3: return .transcript(words[2])
        case "send" where words.count > 3:
            return .act(.sendMessage(session: words[2], text: tail(of: line, after: 3)))
        default: return usage("chats")
        }
    }

    /// What follows the first `count` words: as typed, or without its quotes when it is one quoted word.
    private static func tail(of line: String, after count: Int) -> String {
        let rest = ShellWords.tail(of: line, after: count)
        guard rest.first == "'" || rest.first == "\"", let words = ShellWords.split(rest), words.count == 1 else {
            return rest
        }
        return words[0]
    }

    /// What can stand for the last word of a line.
    static func completions(of line: String, in state: ConsoleState) -> [String] {
        var words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let partial = words.popLast() ?? ""
        words.removeAll(where: \.isEmpty)
        var found: Set<String> = []
        for usage in usages {
            let pattern = usage.split(separator: " ").map(String.init)
            guard pattern.count > words.count else { continue }
            let fits = zip(words, pattern).allSatisfy { word, expected in
                expected.hasPrefix("<") || expected.split(separator: "|").contains { $0 == word }
            }
            guard fits else { continue }
            let expected = pattern[words.count]
            let offers =
                expected.hasPrefix("<") ? objects(expected, in: state) : expected.split(separator: "|").map(String.init)
            found.formUnion(offers.filter { $0.hasPrefix(partial) && !$0.contains(" ") })
        }
        return found.sorted()
    }

    private static func objects(_ kind: String, in state: ConsoleState) -> [String] {
        guard let engine = state.engine else { return [] }
        switch kind {
        case "<request>": return engine.traceOrder
        case "<approval>": return engine.approvals.keys.map { "\($0)" }
        case "<question>": return engine.questions.keys.map { "\($0)" }
        case "<answer>": return engine.questions.values.flatMap { $0.question.fields.map { "\($0.name)=" } }
        case "<grant>": return engine.policy.activeGrants(at: state.engineTime).map { "\($0.id)" }
        case "<duration>": return ["15m", "30m", "1h"]
        case "<session>": return Array(engine.chats.keys)
        case "<server>": return Array(engine.mcpServers.keys)
        case "<tool>": return engine.mcpServers.values.flatMap { $0.tools.map(\.name) }
        case "<model>": return engine.models.filter { $0.value.coolDownUntil != nil }.map(\.key)
        case "<number>": return engine.outbound.values.flatMap { $0.givenUp.map { "\($0.id)" } }
        case "<kind>":
            return state.allProblems.compactMap { $0.subject.name.split(separator: " ").first.map(String.init) }
        case "<problem>":
            return state.allProblems.map { String($0.subject.name.split(separator: " ", maxSplits: 1).last ?? "") }
        case "<column>": return state.table(state.focusedPane).columns.map(\.key)
        default: return []
        }
    }
}
