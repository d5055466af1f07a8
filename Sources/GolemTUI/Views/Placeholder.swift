// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Words where data would be: loading, empty, unavailable and filtered are four different things.
enum Placeholder {
    /// Nothing was heard of the engine yet.
    static func withoutEngine(_ state: ConsoleState) -> (text: String, role: StyleRole) {
        switch state.link.phase {
        case .connecting(let attempt):
            (
                attempt > 1
                    ? "loading: connecting to the engine, attempt \(attempt)" : "loading: connecting to the engine",
                .normal
            )
        case .up: ("loading: connected, waiting for the engine's first snapshot", .normal)
        case .lost(let reason): ("unavailable: no connection to the engine: \(reason); it is tried again", .crit)
        case .closed(let reason): ("unavailable: the connection was closed: \(reason)", .crit)
        }
    }

    /// A list or text has nothing to show.
    static func empty(_ pane: PaneID, hidden: Int, _ state: ConsoleState) -> (text: String, role: StyleRole) {
        if hidden > 0 {
            let reason = pane == .log ? "level and filter hide" : "the filter hides"
            return ("\(reason) all \(Format.grouped(hidden)) rows: Esc clears it", .warn)
        }
        let text =
            switch pane {
            case .problems: "ok: nothing is broken, nobody waits for you"
            case .lastEvents: "empty: no events yet"
            case .chats: "empty: nobody has written since the engine started"
            case .transcript: state.shownChat == nil ? "select a chat above" : "empty: no messages yet"
            case .fullTranscript: "empty: no messages"
            case .tools: "empty: no tool was called since the engine started"
            case .servers: "empty: no MCP server is configured (mcp.servers in the config)"
            case .serverDetail: "select a server above"
            case .serverTools: "empty: no tools are known yet"
            case .serverStderr: "empty: it wrote nothing to standard error"
            case .failures: "empty: no failed call is remembered"
            case .pending: "empty: no call waits for an approval, no server for an answer"
            case .decided: "empty: nothing was decided since the engine started"
            case .arguments: "nothing selected"
            case .requests: "empty: no request since the engine started"
            case .steps: missingTrace(state)
            case .payload: "nothing selected"
            case .log: state.engine == nil ? withoutEngine(state).text : "empty: no events yet"
            case .givenUp: "ok: nothing is given up on this channel"
            case .record: "this line is not kept any more"
            }
        return (text, pane == .problems || pane == .givenUp ? .ok : .dim)
    }

    private static func missingTrace(_ state: ConsoleState) -> String {
        guard let id = state.location.path.first, state.shownTrace == nil else { return "empty: no steps yet" }
        return "unavailable: request \(Format.shortID(id)) is not remembered any more"
    }
}
