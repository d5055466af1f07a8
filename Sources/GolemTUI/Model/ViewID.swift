// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A screen of the console; the raw value is the digit that goes there.
package enum ViewID: Int, Sendable, Hashable, CaseIterable {
    /// Is it up, what is broken, who waits for me, does work flow.
    case overview = 1
    /// Chats and their live transcripts.
    case chats = 2
    /// Tools with counts, latencies and failures.
    case tools = 3
    /// MCP servers: which work, which do not, who uses them.
    case mcp = 6
    /// Policy mode and approvals.
    case policy = 7
    /// One request from its beginning to its delivery.
    case trace = 8
    /// All events and log lines.
    case logs = 9

    /// The name in crumbs, help and wide tab rows.
    package var title: String {
        switch self {
        case .overview: "Overview"
        case .chats: "Chats"
        case .tools: "Tools"
        case .mcp: "MCP"
        case .policy: "Policy"
        case .trace: "Trace"
        case .logs: "Logs"
        }
    }

    /// The name in narrow tab rows.
    var shortTitle: String {
        switch self {
        case .overview: "Over"
        case .chats: "Chat"
        case .tools: "Tool"
        case .mcp: "MCP"
        case .policy: "Pol"
        case .trace: "Trac"
        case .logs: "Log"
        }
    }

    /// The lists of the view that can have the focus, in the order of `Tab`.
    func panes(path: [String]) -> [PaneID] {
        switch self {
        case .overview: path.isEmpty ? [.problems, .lastEvents] : [.givenUp]
        case .chats: path.isEmpty ? [.chats, .transcript] : [.fullTranscript]
        case .tools: path.isEmpty ? [.tools, .failures] : [.failures]
        case .mcp:
            switch path.count {
            case 0: [.servers, .serverDetail]
            case 1: [.serverTools]
            default: [.serverStderr]
            }
        case .policy: path.isEmpty ? [.pending, .decided] : [.arguments]
        case .trace:
            switch path.count {
            case 0: [.requests]
            case 1: [.steps]
            default: [.payload]
            }
        case .logs: path.isEmpty ? [.log] : [.record]
        }
    }
}

/// A list or text within a view.
package enum PaneID: Int, Sendable, Hashable, CaseIterable {
    /// Open problems, worst first.
    case problems
    /// The newest events on the overview.
    case lastEvents
    /// Chats.
    case chats
    /// The recent transcript of the selected chat.
    case transcript
    /// The whole transcript of one chat.
    case fullTranscript
    /// Tools.
    case tools
    /// The last failures of the selected tool.
    case failures
    /// MCP servers.
    case servers
    /// All that is known of the selected MCP server.
    case serverDetail
    /// The tools of one MCP server.
    case serverTools
    /// The kept end of an MCP server's standard error.
    case serverStderr
    /// Approvals that wait.
    case pending
    /// Approvals that were decided.
    case decided
    /// All arguments of one approval.
    case arguments
    /// Requests that are remembered.
    case requests
    /// The steps of one request.
    case steps
    /// All that is known of one step.
    case payload
    /// The log.
    case log
    /// All that is known of one log line.
    case record
    /// The messages of a channel that were given up.
    case givenUp

    /// Whether its first row is what an operator who touched nothing wants to see: the newest, or the worst.
    var beginsWithNewest: Bool {
        switch self {
        case .problems, .lastEvents, .failures, .decided, .requests: true
        default: false
        }
    }

    /// Whether keys that act take all marked rows of it.
    var takesMarks: Bool { self == .chats || self == .pending || self == .givenUp }

    /// Whether it is running text that scrolls, rather than a list with a selected row.
    var isText: Bool {
        switch self {
        case .transcript, .fullTranscript, .arguments, .payload, .record, .serverDetail, .serverStderr: true
        default: false
        }
    }
}

/// Where the operator is: a view and what was opened in it.
package struct Location: Sendable, Hashable {
    /// The view.
    package var view: ViewID
    /// The opened objects, outermost first: a channel, a session, or a request id and a step.
    package var path: [String]

    /// Makes a location.
    package init(_ view: ViewID, path: [String] = []) {
        self.view = view
        self.path = path
    }
}
