// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// A question that a server has for a person (`elicitation/create`).
package struct MCPElicitation: Sendable, Equatable {
    /// What is wanted.
    package enum Kind: Sendable, Equatable {
        /// The fields of a form.
        case form([QuestionField])
        /// That a page is opened; `id` is the server's own name for that, empty where there is none.
        case url(String, id: String)
    }

    /// The server.
    package var server: String
    /// The question.
    package var message: String
    /// What is wanted.
    package var kind: Kind

    /// Makes a question.
    package init(server: String, message: String, kind: Kind) {
        self.server = server
        self.message = message
        self.kind = kind
    }
}

/// The answer to an elicitation.
package enum MCPElicitationAnswer: Sendable, Equatable {
    /// The person answered: an object with the form's fields; of no meaning for a page.
    case accept(JSONValue)
    /// The person said no.
    case decline
    /// Nobody answered.
    case cancel
}
