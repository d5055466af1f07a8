// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What is sent again after a redirect (RFC 9110, section 15.4, and the WHATWG rules for methods).
struct HTTPRedirect: Equatable {
    /// Headers that may go to an origin the caller did not name.
    private static let harmless: Set<String> = [
        "accept", "accept-language", "cache-control", "content-type", "pragma", "range", "user-agent",
    ]

    var method: String
    var keepsBody: Bool
    var headers: [HTTPClientHeader]

    init(status: Int, method: String, headers: [HTTPClientHeader], isSameOrigin: Bool) {
        let becomesGet: Bool =
            switch status {
            case 301, 302: method == "POST"
            case 303: method != "HEAD"
            default: false
            }
        self.method = becomesGet ? "GET" : method
        keepsBody = !becomesGet
        self.headers = headers.filter { header in
            let name = header.name.lowercased()
            if becomesGet, name.hasPrefix("content-") { return false }
            return isSameOrigin || HTTPRedirect.harmless.contains(name)
        }
    }

    /// Whether the status asks for another request.
    static func isRedirect(_ status: Int) -> Bool { [301, 302, 303, 307, 308].contains(status) }
}
