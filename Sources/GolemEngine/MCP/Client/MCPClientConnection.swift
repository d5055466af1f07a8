// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Synchronization

/// A connection as the rest of Golem sees it.
final class MCPClientConnection: MCPConnection {
    /// How many pages a list may have.
    private static let pageLimit = 200
    /// How many entries a list may have, and how large they may be all together, roughly, in bytes.
    private static let entryLimit = 5_000
    private static let listSizeLimit = 32 * 1024 * 1024
    /// How often a server may ask for more input for one request.
    private static let roundLimit = 8
    /// How many questions it may ask at once.
    private static let questionLimit = 16

    let info: MCPServerInfo
    let notices: AsyncStream<MCPNotice>
    private let link: MCPLink
    private let settings: MCPServerSettings
    private let revision: MCPRevision?
    private let isStateless: Bool
    /// Which arguments of which tool HTTP headers mirror; nil before the tools were listed.
    private let mirrors = Mutex<[String: MCPHeaderMirror]?>(nil)

    init(info: MCPServerInfo, link: MCPLink, settings: MCPServerSettings) {
        self.info = info
        self.link = link
        self.settings = settings
        notices = link.notices.stream
        revision = MCPRevision(rawValue: info.revision)
        isStateless = revision?.isStateless ?? false
    }

    /// A connection that nobody holds any more is closed: its tasks and its child would live on otherwise.
    deinit { link.closeInBackground() }

    /// Asks for change notices where they must be asked for.
    func start() {
        guard isStateless, info.hasTools || info.hasResources || info.hasPrompts else { return }
        let request = MCPRequest.listen(tools: info.hasTools, resources: info.hasResources, prompts: info.hasPrompts)
        link.runInBackground { [link] in await link.keepListening(request) }
    }

    func tools() async throws(MCPError) -> [MCPTool] {
        guard info.hasTools else { return [] }
        let values = try await list("tools/list", "tools")
        let size = JSONValue.array(values).approximateSize(enough: Offload.limit)
        return await Offload.run(size) { read(tools: values) }
    }

    private func read(tools values: [JSONValue]) -> [MCPTool] {
        let needsMirrors = isStateless && info.transport != "stdio"
        var mirrors: [String: MCPHeaderMirror] = [:]
        var tools: [MCPTool] = []
        for value in values {
            guard let tool = MCPResults.tool(value) else {
                link.receive(log: "warning", "a tool without a name was left out")
                continue
            }
            if needsMirrors {
                do throws(MCPHeaderMirror.Defect) {
                    mirrors[tool.name] = try MCPHeaderMirror(tool.inputSchema)
                } catch {
                    link.receive(
                        log: "warning", "the tool \(MCPText.cut(tool.name, 100)) was left out: \(error.reason)")
                    continue
                }
            }
            tools.append(tool)
        }
        if needsMirrors { self.mirrors.withLock { $0 = mirrors } }
        return tools
    }

    func call(
        _ tool: String, _ arguments: JSONValue, timeout: Duration,
        onProgress: @escaping @Sendable (ToolProgress) -> Void
    ) async throws(MCPError) -> MCPToolResult {
        guard case .object = arguments else {
            throw MCPError("misuse", "the arguments of a tool are an object", mayHaveRun: false)
        }
        let headers = try await headers(tool, arguments)
        let request = MCPRequest.callTool(tool, arguments, headers: headers)
        do throws(MCPError) {
            return await Self.toolResult(try await complete(request, timeout, onProgress))
        } catch {
            guard error.rpcCode == MCPRemoteError.headerMismatch, info.transport != "stdio" else { throw error }
        }
        // The server refused to look at it because the tool's headers changed: it has not run.
        mirrors.withLock { $0 = nil }
        let again = MCPRequest.callTool(tool, arguments, headers: try await self.headers(tool, arguments))
        return await Self.toolResult(try await complete(again, timeout, onProgress))
    }

    private static func toolResult(_ value: consuming JSONValue) async -> MCPToolResult {
        let size = value.approximateSize(enough: Offload.limit)
        var given: JSONValue? = value
        return await Offload.run(size) {
            // Freeing it takes as long as reading it.
            defer { given = nil }
            return MCPResults.toolResult(given ?? .null)
        }
    }

    func resources() async throws(MCPError) -> [MCPResource] {
        guard info.hasResources else { return [] }
        return try await list("resources/list", "resources").compactMap { MCPResults.resource($0) }
    }

    func resourceTemplates() async throws(MCPError) -> [MCPResourceTemplate] {
        guard info.hasResources else { return [] }
        do throws(MCPError) {
            return try await list("resources/templates/list", "resourceTemplates").compactMap {
                MCPResults.resourceTemplate($0)
            }
        } catch {
            // A server with resources need not know them.
            guard error.rpcCode == MCPRemoteError.methodNotFound else { throw error }
            return []
        }
    }

    func read(resource uri: String) async throws(MCPError) -> [MCPContent] {
        let result = try await complete(.readResource(uri), settings.callTimeout, nil)
        return (result["contents"]?.arrayValue ?? []).compactMap { MCPResults.resourceContents($0) }
    }

    func prompts() async throws(MCPError) -> [MCPPrompt] {
        guard info.hasPrompts else { return [] }
        return try await list("prompts/list", "prompts").compactMap { MCPResults.prompt($0) }
    }

    func prompt(_ name: String, _ arguments: [String: String]) async throws(MCPError) -> [(role: String, MCPContent)] {
        let result = try await complete(.getPrompt(name, arguments), settings.callTimeout, nil)
        return (result["messages"]?.arrayValue ?? []).compactMap { message in
            message["content"].map { (role: message["role"]?.stringValue ?? "user", MCPResults.content($0)) }
        }
    }

    func ping() async throws(MCPError) {
        _ = try await link.result(of: isStateless ? .discover : .ping, timeout: settings.callTimeout)
    }

    func close() async {
        await link.close(MCPError("closed", "the connection was closed", endsConnection: true))
    }

    /// Gets a list page by page.
    private func list(_ method: String, _ member: String) async throws(MCPError) -> [JSONValue] {
        var values: [JSONValue] = []
        var cursor: String?
        var seen: Set<String> = []
        var size = 0
        for _ in 0..<Self.pageLimit {
            let page = try await link.result(of: .list(method, cursor: cursor), timeout: settings.callTimeout)
            guard let part = page[member]?.arrayValue else {
                throw MCPError("protocol", "the answer to \(method) has no list of \(member)")
            }
            values += part
            let pageSize = page.approximateSize(enough: Offload.limit)
            // Small pages are counted already.
            size += pageSize <= Offload.limit ? pageSize : await Offload.run(pageSize) { page.approximateSize() }
            guard values.count <= Self.entryLimit, size <= Self.listSizeLimit else {
                throw MCPError(
                    "too_large",
                    "the answer to \(method) has more than \(Self.entryLimit) entries or \(Self.listSizeLimit) bytes")
            }
            guard let next = page["nextCursor"]?.stringValue, !next.isEmpty else { return values }
            guard seen.insert(next).inserted else {
                throw MCPError("protocol", "the pages of \(method) go round in a circle")
            }
            cursor = next
        }
        throw MCPError("too_large", "the answer to \(method) has more than \(Self.pageLimit) pages")
    }

    /// Makes a request, and makes it again with what the server asks for meanwhile.
    private func complete(
        _ request: MCPRequest, _ timeout: Duration, _ onProgress: (@Sendable (ToolProgress) -> Void)?
    ) async throws(MCPError) -> JSONValue {
        var next = request
        for _ in 0..<Self.roundLimit {
            let reply = try await link.reply(
                to: next, timeout: timeout, ceiling: settings.callCeiling, onProgress: onProgress)
            switch reply {
            case .error(let error):
                guard revision?.hasURLElicitation ?? false, !isStateless, !error.pages.isEmpty else {
                    throw error.asError
                }
                // It has not run: it waits for what a person does at a page.
                try await openPages(error)
            case .result(let result):
                guard isStateless, result["resultType"]?.stringValue == "input_required" else { return result }
                let responses = try await answers(result["inputRequests"]?.objectValue ?? [:])
                next = request.answering(responses, state: result["requestState"]?.stringValue)
            }
        }
        throw MCPError("protocol", "the server asked for more input \(Self.roundLimit) times", mayHaveRun: true)
    }

    private func answers(_ requests: [String: JSONValue]) async throws(MCPError) -> [String: JSONValue] {
        guard requests.count <= Self.questionLimit else {
            throw MCPError("protocol", "the server asks more than \(Self.questionLimit) questions at once")
        }
        var responses: [String: JSONValue] = [:]
        for (key, request) in requests.sorted(by: { $0.key < $1.key }) {
            switch request["method"]?.stringValue {
            case "elicitation/create": responses[key] = await answer(request["params"] ?? .null)
            case "roots/list": responses[key] = ["roots": []]
            case let method:
                throw MCPError(
                    "unsupported",
                    "the server asks for \(MCPText.cut(method ?? "nothing known", 100)), which Golem does not offer")
            }
            if Task.isCancelled { throw MCPError("cancelled", "the request was cancelled", mayHaveRun: false) }
        }
        return responses
    }

    /// Asks a person; what nobody can be asked is answered as if nobody had said anything.
    private func answer(_ params: JSONValue) async -> JSONValue {
        do throws(MCPElicitationReader.Defect) {
            return await link.ask(try MCPElicitationReader.read(params, server: settings.name, revision: revision))
        } catch {
            link.receive(log: "warning", "the server's question was not asked: \(error.reason)")
            return ["action": "cancel"]
        }
    }

    /// Has people open the pages that a request needs; throws when one of them was not.
    private func openPages(_ error: MCPRemoteError) async throws(MCPError) {
        for page in error.pages.prefix(Self.questionLimit) {
            var params = page.objectValue ?? [:]
            params["mode"] = "url"
            let answer = await answer(.object(params))
            if Task.isCancelled { throw MCPError("cancelled", "the request was cancelled", mayHaveRun: false) }
            guard answer["action"] == "accept" else {
                var failure = error.asError
                failure.message += "; it wants a page to be opened, and nobody did"
                failure.mayHaveRun = false
                throw failure
            }
        }
    }

    private func headers(_ tool: String, _ arguments: JSONValue) async throws(MCPError) -> [HTTPClientHeader] {
        guard isStateless, info.transport != "stdio" else { return [] }
        if mirrors.withLock({ $0 == nil }) { _ = try await tools() }
        return mirrors.withLock { $0?[tool] }?.headers(arguments) ?? []
    }
}

extension JSONValue {
    /// About how many bytes its text has; counting stops at the first value above `enough`.
    func approximateSize(enough: Int = .max) -> Int {
        var size = 0
        add(to: &size, enough)
        return size
    }

    private func add(to size: inout Int, _ enough: Int) {
        switch self {
        case .null, .bool: size += 5
        case .integer, .number: size += 8
        case .string(let text): size += text.utf8.count + 3
        case .array(let values):
            size += 2
            for value in values {
                if size > enough { return }
                value.add(to: &size, enough)
            }
        case .object(let members):
            size += 2
            for (key, value) in members {
                if size > enough { return }
                size += key.utf8.count + 4
                value.add(to: &size, enough)
            }
        }
    }
}
