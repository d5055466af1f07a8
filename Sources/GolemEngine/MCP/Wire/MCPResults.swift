// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Reads what servers answer, and leaves out what cannot be used.
enum MCPResults {
    static func tool(_ value: JSONValue) -> MCPTool? {
        guard let name = value["name"]?.stringValue, !name.isEmpty else { return nil }
        let hints = value["annotations"]
        let schema = value["inputSchema"]
        return MCPTool(
            name: name, title: value["title"]?.stringValue ?? hints?["title"]?.stringValue ?? "",
            description: value["description"]?.stringValue ?? "",
            inputSchema: schema?.objectValue == nil ? ["type": "object"] : schema ?? .null,
            isReadOnly: hints?["readOnlyHint"]?.boolValue ?? false,
            isIdempotent: hints?["idempotentHint"]?.boolValue ?? false)
    }

    static func resource(_ value: JSONValue) -> MCPResource? {
        guard let uri = value["uri"]?.stringValue, !uri.isEmpty else { return nil }
        return MCPResource(
            uri: uri, name: value["name"]?.stringValue ?? uri, description: value["description"]?.stringValue ?? "",
            mimeType: value["mimeType"]?.stringValue ?? "")
    }

    static func resourceTemplate(_ value: JSONValue) -> MCPResourceTemplate? {
        guard let template = value["uriTemplate"]?.stringValue, !template.isEmpty else { return nil }
        return MCPResourceTemplate(
            uriTemplate: template, name: value["name"]?.stringValue ?? template,
            description: value["description"]?.stringValue ?? "", mimeType: value["mimeType"]?.stringValue ?? "")
    }

    static func prompt(_ value: JSONValue) -> MCPPrompt? {
        guard let name = value["name"]?.stringValue, !name.isEmpty else { return nil }
        let arguments = value["arguments"]?.arrayValue ?? []
        let required = arguments.filter { $0["required"]?.boolValue ?? false }
        let optional = arguments.filter { !($0["required"]?.boolValue ?? false) }
        return MCPPrompt(
            name: name, description: value["description"]?.stringValue ?? "",
            arguments: (required + optional).compactMap { $0["name"]?.stringValue })
    }

    static func toolResult(_ value: JSONValue) -> MCPToolResult {
        var content = (value["content"]?.arrayValue ?? []).map { self.content($0) }
        // Revisions before the first had a result of any shape; some servers still give one.
        if value["content"] == nil, let result = value["toolResult"] { content = [.text(MCPText.plain(result))] }
        return MCPToolResult(
            content: content, structured: value["structuredContent"], isError: value["isError"]?.boolValue ?? false)
    }

    /// A piece of content; one of an unknown type becomes text that says so.
    static func content(_ value: JSONValue) -> MCPContent {
        let type = value["type"]?.stringValue ?? ""
        let mimeType = value["mimeType"]?.stringValue ?? ""
        switch (type, value["text"], value["data"], value["resource"], value["uri"]) {
        case ("text", .string(let text)?, _, _, _): return .text(text)
        case ("image", _, .string(let data)?, _, _): return .image(base64: data, mimeType: mimeType)
        case ("audio", _, .string(let data)?, _, _): return .audio(base64: data, mimeType: mimeType)
        case ("resource", _, _, let resource?, _): return resourceContents(resource) ?? unknown(type)
        case ("resource_link", _, _, _, .string(let uri)?):
            return .link(uri: uri, name: value["name"]?.stringValue ?? uri)
        default: return unknown(type)
        }
    }

    static func resourceContents(_ value: JSONValue) -> MCPContent? {
        let uri = value["uri"]?.stringValue ?? ""
        let mimeType = value["mimeType"]?.stringValue ?? ""
        if let text = value["text"]?.stringValue { return .resource(uri: uri, mimeType: mimeType, text: text) }
        if let blob = value["blob"]?.stringValue { return .blob(uri: uri, mimeType: mimeType, base64: blob) }
        return nil
    }

    private static func unknown(_ type: String) -> MCPContent {
        .text("[content of the unknown type \"\(MCPText.cut(type, 100))\"]")
    }
}
