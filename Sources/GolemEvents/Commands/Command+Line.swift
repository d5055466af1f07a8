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

    private func subjectWords(_ subject: String) -> String {
        subject.split(separator: " ", maxSplits: 1).map { ShellWords.quoted(String($0)) }.joined(separator: " ")
    }
}
