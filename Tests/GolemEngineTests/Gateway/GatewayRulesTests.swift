// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEngine
import Testing

@Suite struct GatewayRulesTests {
    // MARK: - Token

    @Test(arguments: [
        ("Bearer secret", GatewayAuth.Verdict.allowed), ("bearer secret", .allowed), ("BEARER   secret", .allowed),
        ("Bearer secre", .invalid), ("Bearer secretsecret", .invalid), ("Bearer secreT", .invalid),
        ("Bearer", .invalid), ("Bearer ", .invalid), ("secret", .invalid), ("Basic secret", .invalid),
        ("Bearer secret x", .invalid), ("", .invalid),
    ])
    func `Only the right bearer token is accepted`(value: String, verdict: GatewayAuth.Verdict) {
        let auth = GatewayAuth(token: " secret\n")
        #expect(auth.check(HTTPFields([("authorization", value)])) == verdict)
    }

    @Test func `A missing token is told from a wrong one, two are wrong`() {
        let auth = GatewayAuth(token: "secret")
        #expect(auth.check(HTTPFields()) == .missing)
        #expect(
            auth.check(HTTPFields([("Authorization", "Bearer secret"), ("Authorization", "Bearer secret")]))
                == .invalid)
    }

    @Test(arguments: ["", "  \n"])
    func `A blank token turns the check off`(token: String) {
        let auth = GatewayAuth(token: token)
        #expect(!auth.isRequired)
        #expect(auth.check(HTTPFields()) == .allowed)
    }

    // MARK: - Origin and Host

    @Test(arguments: [
        // Bound on loopback: programs and the own page pass.
        ("127.0.0.1", "127.0.0.1:18790", nil, true),
        ("127.0.0.1", "localhost:18790", "http://localhost:18790", true),
        ("127.0.0.1", "127.0.0.1:18790", "http://localhost:18790", true),
        ("localhost", "LOCALHOST:18790", "http://[::1]:18790", true),
        ("::1", "[::1]:18790", "http://[::1]:18790", true),
        ("[::1]", "127.1.2.3", "http://127.0.0.1", true),
        // Another site, another local server, no site.
        ("127.0.0.1", "127.0.0.1:18790", "https://evil.example", false),
        ("127.0.0.1", "127.0.0.1:18790", "http://127.0.0.1:3000", false),
        ("127.0.0.1", "127.0.0.1:18790", "http://127.0.0.1", false),
        ("127.0.0.1", "127.0.0.1:18790", "null", false),
        ("127.0.0.1", "127.0.0.1:18790", "file://", false),
        ("127.0.0.1", "127.0.0.1:18790", "http://localhost.evil.example:18790", false),
        ("127.0.0.1", "127.0.0.1:18790", "http://127.0.0.1.evil.example:18790", false),
        // A name of the attacker that resolves to the loopback address.
        ("127.0.0.1", "evil.example:18790", nil, false),
        ("127.0.0.1", "evil.example:18790", "http://evil.example:18790", false),
        ("localhost", "127.0.0.1.evil.example", nil, false),
        ("127.0.0.1", "127.0.0.1.:18790", nil, false),
        ("127.0.0.1", "127.0.0.256", nil, false),
        // Bound elsewhere: any name, also behind a proxy with TLS, but the same site.
        ("0.0.0.0", "golem.example", nil, true),
        ("0.0.0.0", "golem.example", "https://golem.example", true),
        ("0.0.0.0", "golem.example:8443", "https://GOLEM.example:8443", true),
        ("0.0.0.0", "golem.example", "http://golem.example:80", true),
        ("0.0.0.0", "golem.example", "https://other.example", false),
        ("0.0.0.0", "golem.example", "https://golem.example:8443", false),
        ("0.0.0.0", "127.0.0.1:18790", "http://localhost:18790", false),
        ("0.0.0.0", nil, "http://golem.example", false),
        ("127.0.0.1", nil, nil, true),
    ])
    func `F50 a page of another site cannot use the gateway`(
        bound: String, host: String?, origin: String?, isAllowed: Bool
    ) {
        var headers = HTTPFields()
        if let host { headers.append("Host", host) }
        if let origin { headers.append("Origin", origin) }
        #expect((OriginPolicy(boundHost: bound).check(headers) == .allowed) == isAllowed)
    }

    @Test func `F50 two origins are refused`() {
        let headers = HTTPFields([
            ("Host", "localhost"), ("Origin", "http://localhost"), ("Origin", "http://localhost"),
        ])
        #expect(OriginPolicy(boundHost: "127.0.0.1").check(headers) != .allowed)
    }

    @Test(arguments: [
        ("application/json", true), ("Application/JSON; charset=utf-8", true), ("application/json;charset=utf-8", true),
        ("application/vnd.api+json", true), ("text/plain", false), ("application/x-www-form-urlencoded", false),
        ("text/plain; application/json", false), ("application/jsonp", false), ("", false),
    ])
    func `F50 only a JSON content type is JSON`(value: String, isJSON: Bool) {
        #expect(JSONContentType.isStated(in: HTTPFields([("Content-Type", value)])) == isJSON)
        #expect(!JSONContentType.isStated(in: HTTPFields()))
    }

    // MARK: - Request id

    @Test func `A request id is at most 128 printable characters`() {
        func outcome(_ id: String) -> RequestIDRules.Outcome {
            RequestIDRules.check(HTTPFields([("x-request-id", id)]))
        }
        let longest = String(repeating: "~", count: 128)
        #expect(outcome(longest) == .valid(longest))
        #expect(outcome("a b/%:") == .valid("a b/%:"))
        #expect(outcome("") == .absent)
        #expect(RequestIDRules.check(HTTPFields()) == .absent)
        for bad in [longest + "~", "ä", "a\tb", "a\u{7F}", "a\u{1B}[0m"] {
            guard case .invalid = outcome(bad) else {
                Issue.record("\(bad.debugDescription) was accepted")
                continue
            }
        }
        guard case .invalid = RequestIDRules.check(HTTPFields([("X-Request-ID", "a"), ("X-Request-ID", "b")])) else {
            Issue.record("two ids were accepted")
            return
        }
    }

    // MARK: - Errors

    @Test func `An error is code, message and request id`() throws {
        let response = GatewayError.methodNotAllowed(allow: ["GET", "HEAD"]).response(requestID: "r/\"1\"")
        guard case .bytes(let bytes) = response.body else {
            Issue.record("no bytes")
            return
        }
        #expect(response.status == 405)
        #expect(response.headers.first("allow") == "GET, HEAD")
        #expect(response.headers.first("Content-Type") == "application/json")
        #expect(response.headers.first("X-Request-ID") == "r/\"1\"")
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"code":"method_not_allowed","message":"method not allowed","request_id":"r/\"1\""}"# + "\n")
    }

    @Test func `A refusal of the server has the same shape and keeps a valid id only`() {
        func id(_ headers: HTTPFields) -> String? {
            let refusal = HTTPRefusal(reason: .bodyTooLarge(limit: 5), headers: headers, peer: "p")
            let response = GatewayError.response(to: refusal, makeID: { "made" })
            #expect(response.status == 413)
            return response.headers.first("X-Request-ID")
        }
        #expect(id(HTTPFields([("X-Request-ID", "mine")])) == "mine")
        #expect(id(HTTPFields([("X-Request-ID", "\u{7}")])) == "made")
        #expect(id(HTTPFields()) == "made")
    }

    @Test func `An unauthorized answer says which scheme is wanted`() {
        #expect(
            GatewayError.unauthorized(.missing).headers.first("WWW-Authenticate") == "Bearer realm=\"golem\"")
        #expect(
            GatewayError.unauthorized(.invalid).headers.first("WWW-Authenticate")?.contains("invalid_token") == true)
    }
}
