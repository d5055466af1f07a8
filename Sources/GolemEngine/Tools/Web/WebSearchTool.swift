// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// The tool that searches the web: with Brave's API when there is a key, else on DuckDuckGo's HTML pages.
package struct WebSearchTool: Sendable {
    /// Where the search services are.
    package struct Endpoints: Sendable {
        /// Brave's API.
        package var brave = "https://api.search.brave.com/res/v1/web/search"
        /// DuckDuckGo's pages without scripts.
        package var duckDuckGo = "https://duckduckgo.com/html/"

        /// Makes the defaults.
        package init() {}
    }

    private static let mostResults = 20
    private static let largestAnswer = 1_048_576

    private let client: HTTPClient
    private let rules: AddressRules
    private let key: String
    private let defaultCount: Int
    private let endpoints: Endpoints
    private let timeout: Duration
    private let parsing = BlockingQueue(name: "golem-search")

    /// Makes the tool.
    ///
    /// `key` is Brave's, empty for none; `defaultCount` is used when the model names no number.
    package init(
        client: HTTPClient, rules: AddressRules, key: String, defaultCount: Int = 5, endpoints: Endpoints = Endpoints(),
        timeout: Duration = .seconds(15)
    ) {
        self.client = client
        self.rules = rules
        self.key = key
        self.defaultCount = defaultCount > 0 ? defaultCount : 5
        self.endpoints = endpoints
        self.timeout = timeout
    }

    /// `web_search`.
    package var tools: [any Tool] {
        [
            BuiltInTool(
                "web_search", "Search the web. Returns titles, addresses and short descriptions.",
                [
                    .string("query", "What to search for"),
                    .integer("max_results", "How many results (default \(defaultCount), at most \(Self.mostResults))"),
                ], hasSideEffects: false
            ) { [self] arguments, _ in
                let query = try arguments.nonBlank("query")
                let asked = try arguments.optionalInteger("max_results") ?? 0
                return try await search(query, limit: min(asked > 0 ? asked : defaultCount, Self.mostResults))
            }
        ]
    }

    private func search(_ query: String, limit: Int) async throws -> ToolResult {
        guard query.utf8.count <= 2_000 else { return .error("the query is too long") }
        var note: String?
        if !key.isEmpty {
            do throws(SearchFailure) {
                return Self.result(query, try await brave(query, limit), note: nil)
            } catch {
                if error.isCancelled { throw CancellationError() }
                note = "Brave search failed (\(error.sentence)); these results are from DuckDuckGo"
            }
        }
        do throws(SearchFailure) {
            return Self.result(query, try await duckDuckGo(query, limit), note: note)
        } catch {
            if error.isCancelled { throw CancellationError() }
            let sentence = [note.map { _ in "Brave and DuckDuckGo failed" } ?? "the search failed", error.sentence]
            let outcome: ToolOutcome = error.isTimeout ? .timeout : .error
            return ToolResult(outcome: outcome, content: sentence.joined(separator: ": "))
        }
    }

    private func brave(_ query: String, _ limit: Int) async throws(SearchFailure) -> [SearchResult] {
        let bytes = try await get(
            "\(endpoints.brave)?q=\(query.queryEncoded)&count=\(limit)",
            [HTTPClientHeader("Accept", "application/json"), HTTPClientHeader("X-Subscription-Token", key)])
        let results = await parsing.run { () throws(Never) in SearchResult.brave(bytes, limit: limit) }
        guard let results else { throw SearchFailure(sentence: "the answer is not JSON") }
        return results
    }

    private func duckDuckGo(_ query: String, _ limit: Int) async throws(SearchFailure) -> [SearchResult] {
        let bytes = try await get(
            "\(endpoints.duckDuckGo)?q=\(query.queryEncoded)",
            [HTTPClientHeader("User-Agent", "golem-web-search/1.0"), HTTPClientHeader("Accept", "text/html")])
        do throws(HTMLTextError) {
            return try await parsing.run { () throws(HTMLTextError) in
                try SearchResult.duckDuckGo(bytes, limit: limit)
            }
        } catch {
            throw SearchFailure(sentence: error.description)
        }
    }

    private func get(_ url: String, _ headers: [HTTPClientHeader]) async throws(SearchFailure) -> [UInt8] {
        let rules = rules
        var request = HTTPClientRequest(url: url, headers: headers)
        request.totalTimeout = timeout
        request.maxRedirects = 3
        request.acceptsCompression = true
        request.addressFilter = { rules.admits($0) }
        do throws(HTTPClientError) {
            let response = try await client.send(request)
            let (bytes, _) = try await response.collect(limit: response.status == 200 ? Self.largestAnswer : 1_024)
            guard response.status == 200 else {
                let text = String(decoding: bytes, as: UTF8.self).trimmed
                throw HTTPClientError(
                    .protocolViolation, "status \(response.status)\(text.isEmpty ? "" : ": \(text)")",
                    isRetryable: false, requestMayHaveBeenSent: true)
            }
            return bytes
        } catch {
            throw SearchFailure(error)
        }
    }

    private static func result(_ query: String, _ results: [SearchResult], note: String?) -> ToolResult {
        var members: [String: JSONValue] = ["query": .string(query), "results": .array(results.map(\.json))]
        if let note { members["note"] = .string(note) }
        return .ok(JSONValue.object(members).text, isUntrusted: true)
    }
}

/// Why one search service gave no results.
private struct SearchFailure: Error {
    let sentence: String
    var isCancelled = false
    var isTimeout = false

    init(sentence: String) { self.sentence = sentence }

    init(_ error: HTTPClientError) {
        sentence = error.message
        isCancelled = error.code == .cancelled
        isTimeout = [.connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout].contains(error.code)
    }
}
