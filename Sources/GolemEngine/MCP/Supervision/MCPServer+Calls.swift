// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// How long a call may take, and who hears how far it is.
struct MCPCallTerms: Sendable {
    let timeout: Duration
    let onProgress: @Sendable (ToolProgress) -> Void
}

/// Calls to a server.
extension MCPServer {
    /// What is done with a connection.
    typealias Operation =
        @Sendable (any MCPConnection, MCPCallTerms) async throws(MCPError) -> ToolResult

    /// Runs a call of a tool; whatever goes wrong becomes a result.
    ///
    /// It runs at most once, unless it `isRepeatable` or surely never reached the server; then a lost connection is
    /// made again and it is tried once more. A timeout fails this call alone.
    func call(
        _ tool: String, for caller: MCPCaller, isRepeatable: Bool, _ operation: @escaping Operation
    ) async -> ToolResult {
        if let reason = obstacle(to: tool) { return .error(reason) }
        switch await gate.enter(within: settings.callTimeout, time: parts.time) {
        case .entered: break
        case .full:
            return .error(
                "the MCP server \(name) is busy: \(gate.places) calls run and \(gate.queueLimit) wait; try again later")
        case .cancelled: return Self.cancelled
        case .late:
            let limit = durationText(settings.callTimeout.microseconds)
            return ToolResult(
                outcome: .timeout, content: "no place at the MCP server \(name) within \(limit); it was not called")
        }
        inFlight += 1
        nextCall += 1
        let number = nextCall
        calls[number] = Call(caller: caller)
        defer {
            inFlight -= 1
            calls[number] = nil
            caller.ended.open()
            gate.leave()
            if disabled != nil, inFlight == 0 { endSession(.disabled) }
        }
        // It may have been disabled while the call waited.
        if let reason = obstacle(to: tool) { return .error(reason) }
        return await MCPCaller.$current.withValue(caller) { await attempts(number, isRepeatable, operation) }
    }

    private static let cancelled = ToolResult(outcome: .cancelled, content: "the call was cancelled")

    private func attempts(
        _ number: UInt64, _ isRepeatable: Bool, _ operation: @escaping Operation
    ) async -> ToolResult {
        var isLast = false
        while true {
            let current: Session
            switch await liveSession() {
            case .session(let session): current = session
            // The reason may be the server's own words.
            case .none(let reason): return ToolResult(outcome: .error, content: reason, isUntrusted: true)
            }
            switch await once(current, number, operation) {
            case .done(let result): return result
            case .failed(let error):
                if error.endsConnection { endSession(.lost(error), number: current.number) }
                if let disabled, error.endsConnection {
                    let doubt = error.mayHaveRun ? "; whether it took effect is unknown" : ""
                    return .error("the call was ended: the MCP server \(name) was disabled by \(disabled.by)\(doubt)")
                }
                guard error.endsConnection, !isLast, isRepeatable || !error.mayHaveRun, !Task.isCancelled else {
                    let doubt =
                        error.endsConnection && error.mayHaveRun
                        ? "; whether it took effect is unknown, and it was not run again" : ""
                    return ToolResult(
                        outcome: .error, content: "MCP server \(name): \(error.message)\(doubt)", isUntrusted: true)
                }
                isLast = true
            }
        }
    }

    private enum Attempt {
        case done(ToolResult)
        case failed(MCPError)
    }

    private func once(_ session: Session, _ number: UInt64, _ operation: @escaping Operation) async -> Attempt {
        let limit = settings.callTimeout
        let began = parts.time.monotonicMicroseconds()
        let context = calls[number]?.caller.context
        let clock = CallClock(
            time: parts.time, onPause: { context?.clock?.pause() }, onResume: { context?.clock?.resume() })
        calls[number]?.clock = clock
        defer { calls[number]?.clock = nil }
        let terms = MCPCallTerms(timeout: limit) { progress in
            clock.noteSign()
            context?.onProgress?(progress)
        }
        // The connection has the same deadline and tells the server; this one is for a connection that forgets it.
        let ending = await bounded.run(
            "call", limit: limit + .seconds(1), ceiling: settings.callCeiling + .seconds(1), clock: clock,
            grace: .seconds(1), time: parts.time, on: context?.executor
        ) { () -> Result<ToolResult, MCPError> in
            do throws(MCPError) { return .success(try await operation(session.connection, terms)) } catch {
                return .failure(error)
            }
        }
        // What counts is when it was to end, unless it put that off itself.
        let took = clock.hadSign ? parts.time.monotonicMicroseconds() - began : limit.microseconds
        switch ending {
        case .value(.success(let result)):
            proven()
            return .done(result)
        case .value(.failure(let error)):
            switch error.code {
            case "timeout": return .done(timedOut(after: took))
            case "cancelled" where Task.isCancelled: return .done(Self.cancelled)
            case "rpc":
                proven()
                return .done(
                    ToolResult(outcome: .error, content: "MCP server \(name): \(error.message)", isUntrusted: true))
            default:
                if !error.endsConnection, error.httpStatus == nil, ["connect_failed", "closed"].contains(error.code) {
                    // Whether the server is there at all is asked now, not when it has been quiet for a while.
                    isProbeDue = true
                    look.open()
                }
                return .failed(error)
            }
        case .timedOut: return .done(timedOut(after: took))
        case .cancelled: return .done(Self.cancelled)
        case .refused(let count):
            return .done(.error("\(count) earlier calls of the MCP server \(name) never ended; it is not called"))
        }
    }

    /// A call ran into its deadline: the server is asked whether it lives, and the tool stays.
    private func timedOut(after microseconds: Int64) -> ToolResult {
        hasLateCall = true
        isProbeDue = true
        look.open()
        let limit = durationText(microseconds)
        return ToolResult(
            outcome: .timeout,
            content: "the MCP server \(name) gave no answer within \(limit); whether the call took effect is unknown")
    }

    /// Puts a question of the server to a person; the calls that wait for it are not late meanwhile.
    func ask(_ question: MCPElicitation) async -> MCPElicitationAnswer {
        guard disabled == nil, !isStopping else { return .cancel }
        // A server with handshake does not say for which of its calls it asks.
        let own = MCPCaller.current.map { current in calls.values.filter { $0.caller.ended === current.ended } }
        let concerned = own ?? Array(calls.values)
        let clocks = concerned.compactMap(\.clock)
        asking += 1
        for clock in clocks { clock.pause() }
        defer {
            asking -= 1
            for clock in clocks { clock.resume() }
        }
        return await parts.questions.ask(question, for: concerned.count == 1 ? concerned[0].caller : nil)
    }

    private enum Liveness {
        case session(Session)
        case none(String)
    }

    /// The connection; waits for one that is being made, and for nothing else.
    private func liveSession() async -> Liveness {
        for round in 0..<2 {
            if let session, session.end.current == nil {
                guard unanswered > 0 else { return .session(session) }
                return .none("the MCP server \(name) does not answer at the moment\(retryText(nextProbe))")
            }
            if case .waiting(let until) = phase, !attemptIsAskedFor {
                return .none("the MCP server \(name) is down: \(failure ?? "no connection")\(retryText(until))")
            }
            guard round == 0, obstacle(to: nil) == nil else { break }
            let attempt = attempt
            let limit = min(settings.callTimeout, settings.connectTimeout)
            _ = try? await parts.time.withDeadline(limit) { await attempt.wait() }
            // The session's own end may come first, and the next attempt after it.
            if session?.end.current != nil { await Task.yield() }
        }
        if let obstacle = obstacle(to: nil) { return .none(obstacle) }
        return .none(
            failure.map { "the MCP server \(name) is down: \($0)" } ?? "the MCP server \(name) is still connecting")
    }

    /// Whether somebody ended the wait for the next attempt just now.
    private var attemptIsAskedFor: Bool { wake.isOpen && !attempt.isOpen }

    private func retryText(_ time: Timestamp?) -> String {
        guard let time else { return "" }
        return "; next try in \(max(1, time.since(parts.time.wallNow()) / 1_000_000))s"
    }

    /// Why a tool cannot be called at all; nil when it can.
    func obstacle(to tool: String?) -> String? {
        if isStopping || phase == .stopped { return "the engine is stopping" }
        if let disabled { return "the MCP server \(name) was disabled by \(disabled.by)" }
        guard let tool else { return nil }
        if isHidden(tool) {
            return "the tool \(names.name(of: tool) ?? "") of the MCP server \(name) is hidden"
        }
        return nil
    }
}
