// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Whether a request says that its body is JSON.
///
/// The gateway insists on it: a web page can post `text/plain` or a form to any address without asking, but not this.
package enum JSONContentType {
    /// Accepts `application/json` and `application/*+json`, with parameters, without case.
    package static func isStated(in headers: HTTPFields) -> Bool {
        let values = headers.all("Content-Type")
        guard values.count == 1, let value = values.first else { return false }
        let type = value.prefix { $0 != ";" && $0 != " " && $0 != "\t" }.lowercased()
        return type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }
}
