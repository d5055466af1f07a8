// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Sends a model API's request and reads its answer, streamed or whole, into a decoder.
struct ModelAPIClient: Sendable {
    /// The most bytes an answer may have.
    private static let maxAnswerBytes = 64 << 20
    /// How much of an error's body is read.
    private static let maxErrorBytes = 64 << 10

    /// The provider's name, for messages.
    let provider: String
    let http: HTTPClient
    let time: any TimeSource
    /// The key, which must not appear in messages though APIs quote it.
    let secret: String?

    /// The API's request with the deadlines of the call.
    static func request(
        url: String, headers: [HTTPClientHeader], body: [UInt8], deadlines: ModelDeadlines
    ) -> HTTPClientRequest {
        HTTPClientRequest(
            method: "POST", url: url,
            headers: headers + [
                HTTPClientHeader("Content-Type", "application/json"),
                HTTPClientHeader("Accept", "text/event-stream, application/json"),
            ],
            body: body, connectTimeout: deadlines.connect, progressTimeout: deadlines.firstToken,
            idleTimeout: deadlines.idle, totalTimeout: deadlines.total)
    }

    /// Asks and returns the whole answer; deltas go to `onDelta` as they come.
    func ask(
        _ request: consuming HTTPClientRequest, decoder: consuming some ModelAnswerDecoder,
        onDelta: @Sendable (ModelDelta) -> Void
    ) async throws(ProviderError) -> ModelResponse {
        let start = time.monotonicMicroseconds()
        let answer: HTTPClientResponse
        do {
            // Without it, the request's body would stay for as long as the model thinks.
            answer = try await http.send(consume request)
        } catch {
            throw failure(error, hadFirstToken: false)
        }
        guard (200..<300).contains(answer.status) else { throw await refusal(answer) }

        var reading = Reading(contentType: answer.header("content-type"))
        var firstToken: Int64?
        var chunks = answer.body.makeAsyncIterator()
        var isEnded = false
        while !isEnded {
            let chunk: [UInt8]?
            do {
                chunk = try await chunks.next()
            } catch {
                // A stream that breaks after its answer is complete has lost nothing.
                if error.code != .cancelled, decoder.isComplete { break }
                throw failure(error, hadFirstToken: decoder.hasToken)
            }
            guard let chunk else { break }
            isEnded = try take(chunk, &reading, &decoder, onDelta)
            if firstToken == nil, decoder.hasToken {
                firstToken = time.monotonicMicroseconds() - start
                answer.body.noteProgress()
            }
        }
        answer.body.finish()
        if reading.isWhole {
            let value = try whole(reading)
            try redacted { () throws(ProviderError) in try decoder.take(whole: value, emit: onDelta) }
        }
        var response = try redacted { () throws(ProviderError) in try decoder.finish(emit: onDelta) }
        response.firstTokenMicroseconds = firstToken ?? time.monotonicMicroseconds() - start
        return response
    }

    // MARK: reading

    /// What is known of the answer's form.
    private struct Reading {
        var parser = ServerSentEventParser()
        var collected: [UInt8] = []
        var received = 0
        var isWhole = false
        var isDecided = false
        let contentType: String

        init(contentType: String?) { self.contentType = contentType?.lowercased() ?? "" }
    }

    private func take(
        _ chunk: [UInt8], _ reading: inout Reading, _ decoder: inout some ModelAnswerDecoder,
        _ onDelta: (ModelDelta) -> Void
    ) throws(ProviderError) -> Bool {
        reading.received += chunk.count
        guard reading.received <= ModelAPIClient.maxAnswerBytes else {
            throw badAnswer("sent more than \(ModelAPIClient.maxAnswerBytes >> 20) MiB", decoder.hasToken)
        }
        if !reading.isDecided { try decide(chunk, &reading) }
        if reading.isWhole {
            reading.collected.append(contentsOf: chunk)
            return false
        }
        let events: [ReceivedServerSentEvent]
        do {
            events = try reading.parser.feed(chunk)
        } catch {
            throw badAnswer("sent an event of more than \(error.limit) bytes", decoder.hasToken)
        }
        for event in events {
            let isEnd = try redacted { () throws(ProviderError) in try decoder.take(event, emit: onDelta) }
            if isEnd { return true }
        }
        return false
    }

    /// Decides by the content type, and where that says nothing useful by the first byte, how the answer is to be read.
    private func decide(_ chunk: [UInt8], _ reading: inout Reading) throws(ProviderError) {
        if reading.contentType.hasPrefix("text/event-stream") {
            reading.isDecided = true
            return
        }
        switch chunk.first(where: { $0 > 0x20 }) {
        case UInt8(ascii: "{"), UInt8(ascii: "["): reading.isWhole = true
        case UInt8(ascii: "d"), UInt8(ascii: "e"), UInt8(ascii: ":"), UInt8(ascii: "i"), UInt8(ascii: "r"): break
        case nil: return
        default:
            throw badAnswer("answered \(ModelAPIFailure.summary(of: chunk)) instead of JSON or an event stream", false)
        }
        reading.isDecided = true
    }

    private func whole(_ reading: Reading) throws(ProviderError) -> JSONValue {
        do {
            return try JSONValue(bytes: reading.collected)
        } catch {
            throw badAnswer("sent broken JSON: \(error.message)", false)
        }
    }

    // MARK: errors

    private func badAnswer(_ what: String, _ hadFirstToken: Bool) -> ProviderError {
        ProviderError(
            code: "bad_answer", message: "\(provider) \(what)", isRetryable: !hadFirstToken,
            hadFirstToken: hadFirstToken)
    }

    private func refusal(_ answer: HTTPClientResponse) async -> ProviderError {
        let body = (try? await answer.collect(limit: ModelAPIClient.maxErrorBytes).bytes) ?? []
        if Task.isCancelled { return ModelAPIFailure.cancelled }
        let error = ModelAPIFailure.error(
            provider: provider, status: answer.status, body: body,
            retryAfter: RetryAfter.parse(answer.headers, now: time.wallNow()))
        return redact(error)
    }

    private func failure(_ error: HTTPClientError, hadFirstToken: Bool) -> ProviderError {
        redact(ModelAPIFailure.error(provider: provider, transport: error, hadFirstToken: hadFirstToken))
    }

    private func redacted<Value>(
        _ body: () throws(ProviderError) -> Value
    ) throws(ProviderError) -> Value {
        do {
            return try body()
        } catch {
            var error = redact(error)
            error.message = "\(provider) \(error.message)"
            throw error
        }
    }

    private func redact(_ error: ProviderError) -> ProviderError {
        guard let secret, secret.utf8.count >= 4 else { return error }
        var error = error
        error.message = error.message.replacing(secret, with: "[key]")
        return error
    }
}
