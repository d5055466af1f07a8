// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A message from the server.
enum MCPMessage: Sendable, Equatable {
    /// It wants an answer; the id is given back as it came.
    case request(id: JSONValue, method: String, params: JSONValue)
    /// It tells something.
    case notification(method: String, params: JSONValue)
    /// It answers; the id is nil when it is none that Golem gives out, or missing.
    case response(id: Int64?, MCPReply)

    /// Reads a message; nil when the value is none.
    init?(_ value: JSONValue) {
        guard case .object(let members) = value, members["jsonrpc"] == "2.0" else { return nil }
        if case .string(let method)? = members["method"] {
            let params = members["params"] ?? .null
            switch members["id"] {
            case nil, .null: self = .notification(method: method, params: params)
            case .some(let id): self = .request(id: id, method: method, params: params)
            }
        } else if let error = members["error"], error != .null || members["result"] == nil {
            // Some servers write `"error": null` beside a result.
            self = .response(id: Self.id(members["id"]), .error(MCPRemoteError(error)))
        } else if let result = members["result"] {
            self = .response(id: Self.id(members["id"]), .result(result))
        } else {
            return nil
        }
    }

    /// Reads the messages of a value: revision 2025-03-26 allows several in an array.
    ///
    /// Nil when one of them is none.
    static func all(in value: JSONValue) -> [MCPMessage]? {
        guard case .array(let values) = value else { return MCPMessage(value).map { [$0] } }
        let messages = values.compactMap { MCPMessage($0) }
        return messages.count == values.count && !messages.isEmpty ? messages : nil
    }

    /// Reads the messages of JSON text; nil when it is none, or holds no messages.
    static func all(in bytes: UnsafeBufferPointer<UInt8>) -> [MCPMessage]? {
        (try? JSONReader.read(bytes)).flatMap { all(in: $0) }
    }

    /// Golem's ids are whole numbers; some servers give them back as text.
    private static func id(_ value: JSONValue?) -> Int64? {
        if case .string(let text)? = value { return Int64(text) }
        return value?.integerValue
    }
}

/// What a server answers.
enum MCPReply: Sendable, Equatable {
    case result(JSONValue)
    case error(MCPRemoteError)
}

/// An error as the server reports it.
struct MCPRemoteError: Sendable, Equatable {
    static let methodNotFound: Int64 = -32601
    static let invalidParams: Int64 = -32602
    static let headerMismatch: Int64 = -32020
    static let missingCapability: Int64 = -32021
    static let unsupportedRevision: Int64 = -32022
    static let pageNeeded: Int64 = -32042

    var code: Int64
    var message: String
    var data: JSONValue?

    init(_ value: JSONValue) {
        code = value["code"]?.integerValue ?? 0
        message = value["message"]?.stringValue ?? value.stringValue ?? "error without a message"
        data = value["data"]
    }

    /// Whether only servers without handshake give this error.
    var isOfStatelessServer: Bool {
        [Self.headerMismatch, Self.missingCapability, Self.unsupportedRevision].contains(code)
    }

    /// The revisions that the server names as its own.
    var supported: [String] { data?["supported"]?.arrayValue?.compactMap(\.stringValue) ?? [] }

    /// The pages that a person must open before the request can be made again (revision 2025-11-25).
    var pages: [JSONValue] { code == Self.pageNeeded ? data?["elicitations"]?.arrayValue ?? [] : [] }

    /// The error for Golem's own callers.
    var asError: MCPError {
        MCPError("rpc", "the server answered: \(MCPText.cut(message, 2_000)) (\(code))", rpcCode: code)
    }
}
