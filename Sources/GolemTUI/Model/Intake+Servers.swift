// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

extension Intake {
    static func cleanServer(_ kind: EventKind) -> EventKind {
        switch kind {
        case .mcpState(let event): return .mcpState(clean(event))
        case .mcpToolsChanged(var event):
            event.server = line(event.server)
            event.reason = line(event.reason)
            event.tools = event.tools.map(clean)
            return .mcpToolsChanged(event)
        case .mcpStderr(var event):
            event.server = line(event.server)
            event.lines = event.lines.map(line)
            return .mcpStderr(event)
        default: return kind
        }
    }

    static func clean(_ server: MCPServerState) -> MCPServerState {
        var copy = server
        copy.report = clean(server.report)
        copy.tools = server.tools.map(clean)
        copy.running = [:]
        for (id, call) in server.running {
            var call = call
            call.tool = line(call.tool)
            call.session = call.session.map(line)
            call.requestID = call.requestID.map(line)
            if let progress = call.progress { call.progress?.message = line(progress.message) }
            copy.running[line(id)] = call
        }
        if var failure = server.lastFailure {
            failure.requestID = failure.requestID.map(line)
            failure.tool = line(failure.tool)
            failure.reason = line(failure.reason)
            copy.lastFailure = failure
        }
        copy.notes = clean(server.notes)
        copy.stderr = clean(server.stderr)
        return copy
    }

    private static func clean(_ report: MCPStateChanged) -> MCPStateChanged {
        var copy = report
        copy.server = line(report.server)
        copy.transport = line(report.transport)
        copy.health = clean(report.health)
        copy.revision = line(report.revision)
        copy.version = line(report.version)
        return copy
    }

    private static func clean(_ tool: MCPToolsChanged.Tool) -> MCPToolsChanged.Tool {
        var copy = tool
        copy.name = line(tool.name)
        copy.modelName = line(tool.modelName)
        copy.summary = line(tool.summary)
        copy.refusal = tool.refusal.map(line)
        return copy
    }

    private static func clean(_ notes: BoundedList<MCPServerState.Note>) -> BoundedList<MCPServerState.Note> {
        var copy = BoundedList<MCPServerState.Note>(capacity: notes.capacity)
        for note in notes.elements {
            var note = note
            note.kind = line(note.kind)
            note.text = line(note.text)
            copy.append(note)
        }
        return copy
    }
}
