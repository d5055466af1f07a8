// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension Command.Action {
    /// The command line that does the same, for operators to see and reuse; words are quoted as a shell needs it.
    public var commandLine: String {
        func quoted(_ word: String) -> String { ShellWords.quoted(word) }
        switch self {
        case .approve(let id, .once): return "golem approval approve \(id)"
        case .approve(let id, .session): return "golem approval approve \(id) --for session"
        case .approve(let id, .minutes(let minutes)): return "golem approval approve \(id) --for \(minutes)m"
        case .reject(let id, let note):
            return "golem approval reject \(id)" + (note.isEmpty ? "" : " --note \(quoted(note))")
        case .cancelTurn(let session): return "golem chats cancel \(quoted(session))"
        case .sendMessage(let session, let text): return "golem chats send \(quoted(session)) \(quoted(text))"
        case .clearCooldown(let model): return "golem models clear-cooldown \(quoted(model))"
        case .retryOutbound(let id): return "golem outbound retry \(id)"
        case .dropOutbound(let id): return "golem outbound drop \(id)"
        case .mute(let subject, let minutes, let reason):
            return "golem mute \(subjectWords(subject)) --for \(minutes)m --reason \(quoted(reason))"
        case .unmute(let subject): return "golem unmute \(subjectWords(subject))"
        case .disableServer(let server, let lasting, let cancelsCalls):
            return "golem mcp disable \(quoted(server))\(flag(lasting))" + (cancelsCalls ? " --cancel-calls" : "")
        case .enableServer(let server, let isKept):
            return "golem mcp enable \(quoted(server))" + (isKept ? " --keep" : "")
        case .reconnectServer(let server): return "golem mcp reconnect \(quoted(server))"
        case .setToolHidden(let server, let tool, let isHidden, let isKept):
            return "golem mcp \(isHidden ? "hide" : "unhide") \(quoted(server)) \(quoted(tool))"
                + (isKept ? " --keep" : "")
        case .testServer(let server): return "golem mcp test \(quoted(server))"
        case .listServers: return "golem mcp list"
        case .answerQuestion(let id, _, .accept(let values)):
            // Never the values: they are for the server alone, and this line is shown and logged.
            return "golem mcp answer \(id)" + values.keys.sorted().map { " \(quoted($0))=…" }.joined()
        case .answerQuestion(let id, _, .decline): return "golem mcp answer \(id) --decline"
        case .answerQuestion(let id, _, .cancel): return "golem mcp answer \(id) --cancel"
        case .listQuestions: return "golem mcp questions"
        case .revokeGrant(let id): return "golem approval revoke \(id)"
        case .setPolicyMode(let mode, let ttl, let isKept):
            return "golem policy \(mode)" + (ttl.map { " --ttl \(Self.time($0))" } ?? "") + (isKept ? " --keep" : "")
        case .emergencyStop(let isOn, let reason):
            return "golem estop \(isOn ? "on" : "off")" + (reason.isEmpty ? "" : " --reason \(quoted(reason))")
        case .noteConfigChange(let key): return "golem config set \(quoted(key)) …"
        case .readPolicy: return "golem policy show"
        case .explainPolicy(let tool, _, _, _): return "golem policy explain \(quoted(tool))"
        case .stopEngine: return "golem stop"
        case .readTranscript(let session, _): return "golem chats show \(quoted(session))"
        case .readStatus: return "golem status"
        case .listApprovals: return "golem approval list"
        }
    }

    /// The command line with the text of a message left out, for logs.
    public var loggedCommandLine: String {
        guard case .sendMessage(let session, _) = self else { return commandLine }
        return "golem chats send \(ShellWords.quoted(session)) …"
    }

    private func flag(_ lasting: Command.ServerLasting) -> String {
        switch lasting {
        case .untilRestart: ""
        case .minutes(let minutes): " --for \(minutes)m"
        case .kept: " --keep"
        }
    }

    /// Seconds as the command line takes them: `1h30m`.
    private static func time(_ seconds: Int) -> String {
        let parts = [(seconds / 3_600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
        return parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    }

    private func subjectWords(_ subject: String) -> String {
        subject.split(separator: " ", maxSplits: 1).map { ShellWords.quoted(String($0)) }.joined(separator: " ")
    }
}
