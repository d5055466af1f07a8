// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The protocol without input and output: messages go in, actions come out.
struct MCPMachine: Sendable {
    /// What is to be done about a message.
    enum Action: Sendable, Equatable {
        /// A request has its answer.
        case finish(Int64, MCPReply)
        /// A request is so far.
        case progress(Int64, ToolProgress)
        /// Something to send.
        case answer(to: JSONValue, MCPAnswer)
        /// A question for a person; the answer is due.
        case ask(id: JSONValue, MCPElicitation)
        /// What a person was asked to do at a page is done.
        case complete(page: String)
        /// The server does not want the answer any more.
        case forget(id: JSONValue)
        /// Something for the operator or the supervisor.
        case notice(MCPNotice)
    }

    /// The revision in use; nil before one is agreed.
    var revision: MCPRevision?
    /// The request that asked for change notices, in revisions without handshake.
    var subscription: Int64?
    private let client: MCPClientIdentity
    private var nextID: Int64 = 0
    /// The methods of the requests that wait for an answer.
    private var pending: [Int64: String] = [:]

    init(client: MCPClientIdentity) { self.client = client }

    /// Begins a request: its answer will be a `finish`.
    mutating func begin(_ request: MCPRequest) -> MCPOutgoing {
        nextID += 1
        pending[nextID] = request.method
        return MCPEncoder.request(request, id: nextID, revision: revision, client: client)
    }

    /// Gives a request up; its answer will be dropped.
    ///
    /// Gives the message that tells the server, nil when the request has its answer, was never sent, or when servers
    /// are not told: about `initialize`, and where its transfer's end says it.
    mutating func abandon(_ id: Int64, wasSent: Bool, hasOwnStream: Bool, reason: String) -> MCPOutgoing? {
        guard let method = pending.removeValue(forKey: id), wasSent, method != "initialize" else { return nil }
        if hasOwnStream, revision?.isStateless ?? false { return nil }
        return MCPEncoder.notification("notifications/cancelled", revision: revision) { json in
            json.key("requestId")
            json.integer(id)
            json.member("reason", reason)
        }
    }

    /// Takes a message.
    mutating func receive(_ message: MCPMessage) -> [Action] {
        switch message {
        case .response(let id, let reply): finish(id, reply)
        case .notification(let method, let params): notification(method, params)
        case .request(let id, let method, let params): request(id, method, params)
        }
    }

    private mutating func finish(_ id: Int64?, _ reply: MCPReply) -> [Action] {
        guard let id else {
            guard case .error(let error) = reply else { return [] }
            return [.notice(.log(level: "error", text: "the server reports: \(MCPText.cut(error.message, 2_000))"))]
        }
        // Late answers, to requests that timed out or were cancelled, are dropped.
        guard pending.removeValue(forKey: id) != nil else { return [] }
        return [.finish(id, reply)]
    }

    private mutating func notification(_ method: String, _ params: JSONValue) -> [Action] {
        switch method {
        case "notifications/progress":
            guard let token = Self.number(params["progressToken"]), pending[token] != nil else { return [] }
            return Self.progress(params).map { [.progress(token, $0)] } ?? []
        case "notifications/tools/list_changed": return [.notice(.toolsChanged)]
        case "notifications/resources/list_changed": return [.notice(.resourcesChanged)]
        case "notifications/prompts/list_changed": return [.notice(.promptsChanged)]
        case "notifications/message":
            let text = MCPText.brief(params["data"] ?? .null, 4_096)
            let logger = params["logger"]?.stringValue.map { "\(MCPText.cut($0, 200)): " } ?? ""
            let level = MCPText.cut(params["level"]?.stringValue ?? "info", 20)
            return [.notice(.log(level: level, text: logger + text))]
        case "notifications/cancelled":
            guard let id = params["requestId"] else { return [] }
            // Without handshake, the server ends a subscription so.
            if let subscription, Self.number(id) == subscription { return finish(subscription, .result(.null)) }
            return [.forget(id: id)]
        case "notifications/elicitation/complete" where revision?.hasURLElicitation ?? false:
            guard let id = params["elicitationId"]?.stringValue, !id.isEmpty else { return [] }
            return [.complete(page: id)]
        default: return []
        }
    }

    private func request(_ id: JSONValue, _ method: String, _ params: JSONValue) -> [Action] {
        if revision?.isStateless ?? false {
            // Servers without handshake must not ask, and clients must not answer.
            return [.notice(.log(level: "warning", text: "a request of the server was ignored: \(Self.brief(method))"))]
        }
        switch method {
        case "ping": return [.answer(to: id, .result(.object([:])))]
        case "elicitation/create" where revision?.hasElicitation ?? false: return elicitation(id, params)
        case "sampling/createMessage":
            return refusal(
                id, MCPRemoteError.methodNotFound, "sampling is not offered: Golem gives servers no access to its model"
            )
        case "roots/list":
            return refusal(
                id, MCPRemoteError.methodNotFound, "roots are not offered: Golem shares no folders with servers")
        default:
            return [.answer(to: id, .error(MCPRemoteError.methodNotFound, "unknown method \(Self.brief(method))"))]
        }
    }

    private func elicitation(_ id: JSONValue, _ params: JSONValue) -> [Action] {
        do throws(MCPElicitationReader.Defect) {
            return [.ask(id: id, try MCPElicitationReader.read(params, server: "", revision: revision))]
        } catch {
            return refusal(id, MCPRemoteError.invalidParams, error.reason)
        }
    }

    /// An error for the server, which the operator sees too.
    private func refusal(_ id: JSONValue, _ code: Int64, _ text: String) -> [Action] {
        [
            .answer(to: id, .error(code, text)),
            .notice(.log(level: "warning", text: "refused the server's request: \(text)")),
        ]
    }

    private static func brief(_ method: String) -> String { MCPText.cut(method, 100) }

    private static func number(_ value: JSONValue?) -> Int64? {
        value?.integerValue ?? value?.stringValue.flatMap { Int64($0) }
    }

    private static func progress(_ params: JSONValue) -> ToolProgress? {
        func number(_ value: JSONValue?) -> Double? {
            switch value {
            case .integer(let number)?: Double(number)
            case .number(let number)?: number.isFinite ? number : nil
            default: nil
            }
        }
        guard let done = number(params["progress"]) else { return nil }
        return ToolProgress(
            done: done, total: number(params["total"]), message: MCPText.cut(params["message"]?.stringValue ?? "", 500))
    }
}
