// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The body of `POST /chat`.
struct ChatRequest: Sendable, Equatable {
    var message: String
    var sessionID: String
    var senderID: String
    /// Whether the answer is sent as server-sent events.
    var isStreamed: Bool

    /// Reads and checks a body.
    init(_ body: [UInt8]) throws(GatewayError) {
        let fields: [String: JSONValue]
        do {
            guard let object = try JSONValue(bytes: body).objectValue else {
                throw GatewayError.badRequest("the body must be a JSON object")
            }
            fields = object
        } catch let error as JSONParseError {
            throw GatewayError.badRequest("invalid JSON: \(error.message)")
        } catch let error as GatewayError {
            throw error
        } catch {
            throw GatewayError.badRequest("invalid JSON")
        }
        message = try Self.text(fields, "message").trimmed
        guard !message.isEmpty else { throw GatewayError.badRequest("message is required") }
        sessionID = try Self.identifier(fields, "session_id", default: "default")
        senderID = try Self.identifier(fields, "sender_id", default: "api")
        switch Self.value(fields, "stream") {
        case nil, .null?: isStreamed = false
        case .bool(let flag)?: isStreamed = flag
        default: throw GatewayError.badRequest("stream must be true or false")
        }
    }

    /// A member by name; names are compared without case, as the original did.
    private static func value(_ fields: [String: JSONValue], _ name: String) -> JSONValue? {
        fields[name] ?? fields.first { $0.key.lowercased() == name }?.value
    }

    private static func text(_ fields: [String: JSONValue], _ name: String) throws(GatewayError) -> String {
        switch value(fields, name) {
        case nil, .null?: return ""
        case .string(let text)?: return text
        default: throw GatewayError.badRequest("\(name) must be a string")
        }
    }

    private static func identifier(
        _ fields: [String: JSONValue], _ name: String, default standard: String
    ) throws(GatewayError) -> String {
        let text = try text(fields, name).trimmed
        guard !text.isEmpty else { return standard }
        guard text.utf8.count <= 128, text.unicodeScalars.allSatisfy({ $0.properties.generalCategory.isPrintable })
        else { throw GatewayError.badRequest("\(name) must be at most 128 printable characters") }
        return text
    }
}

extension Unicode.GeneralCategory {
    /// Whether characters of this category are visible or a plain space.
    fileprivate var isPrintable: Bool {
        switch self {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
