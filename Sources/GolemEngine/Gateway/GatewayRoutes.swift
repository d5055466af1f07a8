// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The HTTP routes: `/health`, `/ready`, `/version` and `/chat`.
struct GatewayRoutes: HTTPRequestHandler {
    let options: GatewayOptions
    let auth: GatewayAuth
    let origins: OriginPolicy
    let agent: Agent
    let keeper: StateKeeper
    let bus: EventBus
    let time: any TimeSource
    let redactor: Redactor
    /// How long a streamed answer is silent before a comment is sent.
    static let keepAlive = Duration.seconds(15)
    /// Owns the tasks that write streamed answers.
    let streams: TaskRegistry
    /// Ends the wait of clients whose answer does not come in time.
    let answerDeadlines: DeadlineWatch

    func respond(to request: HTTPServerRequest) async -> HTTPServerResponse {
        let requestID: String
        switch RequestIDRules.check(request.headers) {
        case .absent: requestID = RandomUUID.text()
        case .valid(let id): requestID = id
        case .invalid(let reason):
            return GatewayError.badRequest(reason).response(requestID: RandomUUID.text())
        }
        do {
            return try await route(request, requestID)
        } catch {
            if error.status == 401 || error.status == 403 { logRefusal(error, request, requestID) }
            return error.response(requestID: requestID)
        }
    }

    private func route(
        _ request: HTTPServerRequest, _ requestID: String
    ) async throws(GatewayError) -> HTTPServerResponse {
        if case .refused(let reason) = origins.check(request.headers) { throw GatewayError.forbidden(reason) }
        switch request.path {
        case "/health":
            try allow(["GET", "HEAD"], request)
            return Self.json([("status", "ok"), ("request_id", .string(requestID))], requestID)
        case "/version":
            try allow(["GET", "HEAD"], request)
            return Self.json(
                [("version", .string(GolemVersion.current)), ("request_id", .string(requestID))], requestID)
        case "/ready":
            try allow(["GET", "HEAD"], request)
            return ready(requestID)
        case "/chat":
            try allow(["POST"], request)
            return try await chat(request, requestID)
        default: throw GatewayError.notFound
        }
    }

    private func chat(
        _ request: HTTPServerRequest, _ requestID: String
    ) async throws(GatewayError) -> HTTPServerResponse {
        let verdict = auth.check(request.headers)
        guard verdict == .allowed else { throw GatewayError.unauthorized(verdict) }
        guard JSONContentType.isStated(in: request.headers) else { throw GatewayError.unsupportedMediaType }
        let chat = try ChatRequest(request.body)
        let key = try idempotencyKey(request, chat.sessionID)
        let message = InboundMessage(
            channel: "gateway", chatID: chat.sessionID, platformID: key ?? "id:\(RandomUUID.text())",
            sender: chat.senderID, text: chat.message, requestID: requestID, isDelivered: false,
            receivedAt: time.wallNow())
        let feed = TurnFeed()
        let reader = feed.reader(onlyEnd: !chat.isStreamed)
        let intake: Agent.Intake
        do {
            intake = try await agent.accept(message, feed: feed)
        } catch {
            let isOurs = error.code == "lanes_full" || error.code == "stopping"
            throw GatewayError.busy(
                isOurs ? error.message : "the message could not be stored; try again later",
                retryAfter: error.code == "lanes_full" ? 2 : 10)
        }
        switch intake {
        case .answered(let outcome):
            guard chat.isStreamed else { return try answer(outcome, chat, requestID) }
            feed.publish(.ended(outcome))
            return stream(reader, chat, requestID)
        case .running(nil): throw GatewayError.busy("the message is still being answered", retryAfter: 2)
        case .accepted, .running:
            var reader = reader
            if case .running(let other?) = intake { reader = other.reader(onlyEnd: !chat.isStreamed) }
            if chat.isStreamed { return stream(reader, chat, requestID) }
            // The client may leave: the turn goes on and its end is stored.
            let waiting = reader
            let deadline = answerDeadlines.add {
                waiting.giveUp()
                return nil
            }
            defer { answerDeadlines.remove(deadline) }
            guard let outcome = await reader.outcome() else {
                throw GatewayError(status: 504, code: "timeout", message: lateness(requestID))
            }
            return try answer(outcome, chat, requestID)
        }
    }

    /// Why there is no answer in time.
    private func lateness(_ requestID: String) -> String {
        let approval = keeper.read { state in
            state.approvals.values.first { $0.requestID == requestID }.map(\.request)
        }
        guard let approval else { return "no answer in time; the turn goes on in its session" }
        return "no answer in time: the turn waits for approval \(approval.id) of \(approval.tool), "
            + "which expires at \(approval.expiresAt.rfc3339), and then goes on in its session"
    }

    private func answer(
        _ outcome: StoredOutcome, _ chat: ChatRequest, _ requestID: String
    ) throws(GatewayError) -> HTTPServerResponse {
        if let error = Self.error(outcome) { throw error }
        return Self.json(
            Self.doneMembers(outcome, chat, requestID), requestID)
    }

    /// The error that an outcome stands for; nil for an answer.
    private static func error(_ outcome: StoredOutcome) -> GatewayError? {
        switch outcome.errorCode {
        case nil: nil
        // The message is stored: the next process answers it, and a repeated request with its key gets the answer.
        case "shutdown"?:
            .busy("the engine is stopping; the message is kept and answered after its restart", retryAfter: 5)
        case _?: .internalError
        }
    }

    /// The name under which a request with an `Idempotency-Key` is stored; nil when there is none.
    private func idempotencyKey(
        _ request: HTTPServerRequest, _ session: String
    ) throws(GatewayError) -> String? {
        let values = request.headers.all("Idempotency-Key")
        guard let key = values.first else { return nil }
        guard values.count == 1, RequestIDRules.isValid(key) else {
            throw GatewayError.badRequest(
                "Idempotency-Key must be one value of at most \(RequestIDRules.maxLength) printable ASCII characters")
        }
        // With the length of the session, so that no other pair of session and key looks the same.
        return "key:\(session.utf8.count):\(session):\(key)"
    }

    /// Server-sent events: `delta`, `tool`, then `done` or `error`.
    private func stream(_ reader: TurnFeed.Reader, _ chat: ChatRequest, _ requestID: String) -> HTTPServerResponse {
        let body = HTTPResponseStream()
        streams.start {
            defer { body.finish() }
            while true {
                guard let updates = await update(reader) else {
                    // A client that left silently is noticed by writing only.
                    do { try await body.write(ServerSentEvent.comment("keep-alive")) } catch { return }
                    continue
                }
                if updates.isEmpty { return }
                for update in updates {
                    let event = Self.event(update, chat, requestID)
                    do { try await body.write(event.bytes) } catch { return }
                    if case .ended = update { return }
                }
            }
        }
        var headers = HTTPFields([("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")])
        headers.append(RequestIDRules.fieldName, requestID)
        return HTTPServerResponse(status: 200, headers: headers, body: .stream(body))
    }

    /// The next updates; nil when a connection without a sign of life would be taken for dead.
    private func update(_ reader: TurnFeed.Reader) async -> [TurnUpdate]? {
        do {
            return try await time.withDeadline(Self.keepAlive) { await reader.next() }
        } catch {
            return []
        }
    }

    private static func event(_ update: TurnUpdate, _ chat: ChatRequest, _ requestID: String) -> ServerSentEvent {
        switch update {
        case .text(let text):
            return ServerSentEvent(event: "delta", data: JSONValue.object(["text": .string(text)]).text)
        case .tool(let id, let name, let outcome):
            return ServerSentEvent(
                event: "tool",
                data: Self.text([
                    ("id", .string(id)), ("name", .string(name)), ("status", .string(outcome ?? "started")),
                ]))
        case .question(let id, let callID, let name, let text, let isApproval):
            return ServerSentEvent(
                event: "tool",
                data: Self.text([
                    ("id", .string(callID)), ("name", .string(name)),
                    ("status", isApproval ? "waiting_approval" : "waiting_answer"),
                    (isApproval ? "approval" : "question", .integer(id)), ("text", .string(text)),
                ]))
        case .ended(let outcome):
            if let error = error(outcome) {
                return ServerSentEvent(
                    event: "error",
                    data: Self.text([
                        ("code", .string(error.code)), ("message", .string(error.message)),
                        ("request_id", .string(requestID)),
                    ]))
            }
            return ServerSentEvent(event: "done", data: Self.text(doneMembers(outcome, chat, requestID)))
        }
    }

    /// The parts with their state and the age of their last change; 503 when one of them is down.
    private func ready(_ requestID: String) -> HTTPServerResponse {
        let now = time.wallNow()
        let (parts, isReady) = keeper.read { state -> (JSONValue, Bool) in
            var parts: [String: JSONValue] = [:]
            var isReady = state.engine != nil && state.stopping == nil
            for (name, service) in state.services {
                var part: [String: JSONValue] = [
                    "state": .string(service.health.word.lowercased()),
                    "age_seconds": .integer(max(0, now.since(service.since) / 1_000_000)),
                ]
                if let reason = service.health.reason { part["reason"] = .string(redactor.redact(reason)) }
                if case .down = service.health { isReady = false }
                parts[name] = .object(part)
            }
            // Shown, but no reason to take the whole server for broken: answers go on without its tools.
            for (name, server) in state.mcpServers {
                var part: [String: JSONValue] = [
                    "state": .string(server.health.word.lowercased()),
                    "age_seconds": .integer(max(0, now.since(server.since) / 1_000_000)),
                ]
                if let reason = server.health.reason { part["reason"] = .string(redactor.redact(reason)) }
                parts["mcp:\(name)"] = .object(part)
            }
            for (name, model) in state.models {
                parts["model:\(name)"] = .object([
                    "calls": .integer(Int64(model.calls)), "errors": .integer(Int64(model.errors)),
                    "state": model.coolDownUntil.map { $0 > now } ?? false ? "cooling_down" : "ok",
                ])
            }
            if let policy = state.policy.current {
                var part: [String: JSONValue] = ["state": .string(policy.mode)]
                if policy.mode == "off" {
                    part["until"] = policy.offUntil.map { JSONValue.string($0.rfc3339) } ?? JSONValue.null
                    part["warning"] = "every tool runs without being asked"
                }
                parts["policy"] = .object(part)
            }
            if let stop = state.policy.emergencyStop {
                parts["emergency_stop"] = .object([
                    "state": "on", "by": .string(stop.by), "reason": .string(redactor.redact(stop.reason)),
                    "age_seconds": .integer(max(0, now.since(stop.at) / 1_000_000)),
                ])
            }
            return (.object(parts), isReady)
        }
        var response = Self.json(
            [
                ("status", isReady ? "ready" : "not_ready"), ("parts", parts), ("request_id", .string(requestID)),
            ], requestID)
        if !isReady { response.status = 503 }
        return response
    }

    private func allow(_ methods: [String], _ request: HTTPServerRequest) throws(GatewayError) {
        guard methods.contains(request.method) else { throw GatewayError.methodNotAllowed(allow: methods) }
    }

    private func logRefusal(_ error: GatewayError, _ request: HTTPServerRequest, _ requestID: String) {
        bus.publish(
            .log(
                LogRecorded(
                    level: .warn, message: "gateway request refused",
                    fields: [
                        LogField("status", String(error.status)), LogField("code", error.code),
                        LogField("path", String(request.path.prefix(100))), LogField("peer", request.peer),
                    ])), requestID: requestID)
    }

    private static func doneMembers(
        _ outcome: StoredOutcome, _ chat: ChatRequest, _ requestID: String
    ) -> [(String, JSONValue)] {
        [
            ("response", .string(outcome.text)), ("session_id", .string(chat.sessionID)),
            ("request_id", .string(requestID)),
        ]
    }

    private static func json(_ members: [(String, JSONValue)], _ requestID: String) -> HTTPServerResponse {
        var headers = HTTPFields([("Content-Type", "application/json"), ("Cache-Control", "no-store")])
        headers.append(RequestIDRules.fieldName, requestID)
        return HTTPServerResponse(
            status: 200, headers: headers, body: .bytes(Array(text(members).utf8) + [0x0A]))
    }

    /// An object with its members in the order of the contract.
    private static func text(_ members: [(String, JSONValue)]) -> String {
        "{" + members.map { JSONValue.string($0).text + ":" + $1.text }.joined(separator: ",") + "}"
    }
}
