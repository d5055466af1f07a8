// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The tool that reads web pages.
package struct WebFetchTool: Sendable {
    private static let defaultLimit = 262_144
    private static let largestLimit = 1_048_576
    /// A page is larger than its text.
    private static let largestPage = 4 * 1_048_576

    private let client: HTTPClient
    private let rules: AddressRules
    private let timeout: Duration
    private let parsing: BlockingQueue

    /// Makes the tool; `rules` say where it may connect to.
    package init(client: HTTPClient, rules: AddressRules, timeout: Duration = .seconds(15)) {
        self.client = client
        self.rules = rules
        self.timeout = timeout
        parsing = BlockingQueue(name: "golem-html")
    }

    /// `web_fetch`.
    package var tools: [any Tool] {
        [
            BuiltInTool(
                "web_fetch", "Fetch a web page or text file and return it as readable text.",
                [
                    .string("url", "An http or https address"),
                    .integer("max_bytes", "How much text to return (default 262144, at most 1048576)"),
                ], hasSideEffects: false
            ) { [self] arguments, _ in
                let address = try WebAddress(try arguments.nonBlank("url"))
                let asked = try arguments.optionalInteger("max_bytes") ?? 0
                return try await fetch(address, limit: asked <= 0 ? Self.defaultLimit : min(asked, Self.largestLimit))
            }
        ]
    }

    private func fetch(_ address: WebAddress, limit: Int) async throws -> ToolResult {
        let rules = rules
        var request = HTTPClientRequest(
            url: address.text,
            headers: [
                HTTPClientHeader("User-Agent", "golem-web-fetch/1.0"),
                HTTPClientHeader("Accept", "text/html, text/plain, application/json;q=0.9, */*;q=0.5"),
            ])
        request.totalTimeout = timeout
        request.maxRedirects = 5
        request.acceptsCompression = true
        request.addressFilter = { rules.admits($0) }
        do throws(HTTPClientError) {
            let response = try await client.send(request)
            let (type, charset) = WebText.contentType(response.header("Content-Type"))
            let isHTML = WebText.isHTML(type)
            let (bytes, isCut) = try await response.collect(limit: isHTML ? Self.largestPage : limit)
            guard response.status < 400 else {
                return await failure(response.status, type, charset, bytes)
            }
            guard isHTML || WebText.isText(type, bytes) else {
                let shown = type.isEmpty ? "no content type" : type
                return .error("the address returned something else than text (\(shown)), which cannot be shown")
            }
            var members: [String: JSONValue] = [
                "url": .string(response.effectiveURL), "status": .integer(Int64(response.status)),
                "content_type": .string(response.header("Content-Type") ?? ""), "truncated": .bool(isCut),
            ]
            if isHTML {
                do throws(HTMLTextError) {
                    let page = try await text(bytes, charset, response.effectiveURL, limit)
                    members["content"] = .string(page.text)
                    if !page.title.isEmpty { members["title"] = .string(page.title) }
                    members["truncated"] = .bool(isCut || page.isTruncated)
                } catch {
                    return .error("the page cannot be read: \(error)")
                }
            } else {
                let (text, wasCut) = WebText.cut(WebText.decode(bytes, charset: charset), to: limit)
                members["content"] = .string(text)
                members["truncated"] = .bool(isCut || wasCut)
            }
            return .ok(JSONValue.object(members).text, isUntrusted: true)
        } catch {
            return try Self.result(of: error, timeout)
        }
    }

    /// What a server says about its refusal is part of the answer.
    private func failure(_ status: Int, _ type: String, _ charset: String?, _ bytes: [UInt8]) async -> ToolResult {
        var text = ""
        if WebText.isHTML(type) {
            text = (try? await self.text(bytes, charset, nil, 2_048))?.text ?? ""
        } else if WebText.isText(type, bytes) {
            text = WebText.cut(WebText.decode(bytes, charset: charset), to: 2_048).text
        }
        let sentence = "web fetch failed with status \(status)"
        return ToolResult(
            outcome: .error, content: text.isEmpty ? sentence : "\(sentence)\n\(text)", isUntrusted: !text.isEmpty)
    }

    private func text(
        _ bytes: [UInt8], _ charset: String?, _ base: String?, _ limit: Int
    ) async throws(HTMLTextError) -> HTMLText {
        try await parsing.run { () throws(HTMLTextError) in
            try HTMLText(bytes, charset: charset, base: base, limit: limit)
        }
    }

    /// A broken transfer as the model sees it.
    static func result(of error: HTTPClientError, _ timeout: Duration) throws -> ToolResult {
        switch error.code {
        case .cancelled: throw CancellationError()
        case .addressRefused:
            return .error(
                "the address is refused: it leads to a private, local or reserved network (\(error.message))")
        case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout:
            return ToolResult(
                outcome: .timeout, content: "no complete answer within \(timeout.components.seconds) seconds")
        default: return .error(error.message)
        }
    }
}
