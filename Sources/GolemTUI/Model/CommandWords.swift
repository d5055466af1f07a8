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
        "mcp unhide <server> <tool> --keep", "models clear-cooldown <model>", "outbound retry <number>",
        "level debug|info|warn|error", "filter <words>", "sort <column>", "set tz utc|local", "set mouse on|off",
        "refresh", "status", "help", "stop", "quit",
    ]

    /// The command line that does the same as an action.
    static func line(for action: Command.Action) -> String {
        switch action {
        case .approve(let id, .once): "golem approval approve \(id)"
        case .approve(let id, .session): "golem approval approve \(id) --for session"
        case .approve(let id, .minutes(let minutes)): "golem approval approve \(id) --for \(minutes)m"
        case .reject(let id, let note):
            "golem approval reject \(id)" + (note.isEmpty ? "" : " --note \(quoted(note))")
        case .cancelTurn(let session): "golem chats cancel \(quoted(session))"
        case .sendMessage(let session, let text): "golem chats send \(quoted(session)) \(quoted(text))"
        case .clearCooldown(let model): "golem models clear-cooldown \(quoted(model))"
        case .retryOutbound(let id): "golem outbound retry \(id)"
        case .disableServer(let server, let lasting, let cancelsCalls):
            "golem mcp disable \(quoted(server))\(flag(lasting))" + (cancelsCalls ? " --cancel-calls" : "")
        case .enableServer(let server, let isKept):
            "golem mcp enable \(quoted(server))" + (isKept ? " --keep" : "")
        case .reconnectServer(let server): "golem mcp reconnect \(quoted(server))"
        case .setToolHidden(let server, let tool, let isHidden, let isKept):
            "golem mcp \(isHidden ? "hide" : "unhide") \(quoted(server)) \(quoted(tool))" + (isKept ? " --keep" : "")
        case .testServer(let server): "golem mcp test \(quoted(server))"
        case .listServers: "golem mcp list"
        case .stopEngine: "golem stop"
        case .readTranscript(let session, _): "golem chats show \(quoted(session))"
        case .readStatus: "golem status"
        case .listApprovals: "golem approval list"
        case .revokeGrant(let id): "golem approval revoke \(id)"
        case .setPolicyMode(let mode, let ttl, let isKept):
            "golem policy \(mode)" + (ttl.map { " --ttl \(PolicyWords.text($0))" } ?? "") + (isKept ? " --keep" : "")
        case .emergencyStop(let isOn, let reason):
            "golem estop \(isOn ? "on" : "off")" + (reason.isEmpty ? "" : " --reason \(quoted(reason))")
        case .noteConfigChange(let key): "golem config set \(quoted(key)) …"
        case .readPolicy: "golem policy show"
        case .explainPolicy(let tool, _, _, _): "golem policy explain \(quoted(tool))"
        }
    }

    /// A word as a shell takes it.
    static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: [0x2D, 0x2E, 0x2F, 0x3A, 0x40, 0x5F, 0x2C, 0x2B, 0x3D, 0x25].contains(byte)
                }
            }
        return isPlain
            ? text
            : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }

    /// Reads a line; never fails without a sentence.
    static func parse(_ line: String) -> Parsed {
        let words = line.split(separator: " ").map(String.init)
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
            guard words.count == 3, words[1] == "retry", let id = Int64(words[2]) else { return usage("outbound") }
            return .act(.retryOutbound(id: id))
        case "mcp": return servers(words)
        case "cron", "heartbeat", "channels", "skills", "auth":
            return .failure(":\(first) is not in this version")
        default: return .failure("no command \(first): Tab completes, :help lists them")
        }
    }

    private static func usage(_ word: String) -> Parsed {
        .failure("usage: " + usages.filter { $0.hasPrefix(word) }.map { ":\($0)" }.joined(separator: "   "))
    }

    private static func flag(_ lasting: Command.ServerLasting) -> String {
        switch lasting {
        case .untilRestart: ""
        case .minutes(let minutes): " --for \(minutes)m"
        case .kept: " --keep"
        }
    }

    private static func servers(_ words: [String]) -> Parsed {
        if words.count == 1 || words == ["mcp", "list"] || words == ["mcp", "status"] { return .go(.mcp) }
        guard words.count >= 3 else { return usage("mcp") }
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

    /// What follows the first `count` words, as typed.
    private static func tail(of line: String, after count: Int) -> String {
        var rest = Substring(line)
        for _ in 0..<count {
            rest = rest.drop { $0 == " " }.drop { $0 != " " }
        }
        return String(rest.drop { $0 == " " })
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
        case "<grant>": return engine.policy.activeGrants(at: state.engineTime).map { "\($0.id)" }
        case "<duration>": return ["15m", "30m", "1h"]
        case "<session>": return Array(engine.chats.keys)
        case "<server>": return Array(engine.mcpServers.keys)
        case "<tool>": return engine.mcpServers.values.flatMap { $0.tools.map(\.name) }
        case "<model>": return engine.models.filter { $0.value.coolDownUntil != nil }.map(\.key)
        case "<column>": return state.table(state.focusedPane).columns.map(\.key)
        default: return []
        }
    }
}
