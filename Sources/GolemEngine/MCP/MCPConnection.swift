// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// What the other side said of itself when the connection was made.
package struct MCPServerInfo: Sendable, Equatable {
    /// The server's own name.
    package var name = ""
    /// The server's own version.
    package var version = ""
    /// The protocol revision in use, for example `2025-11-25`.
    package var revision = ""
    /// The transport in use: `stdio`, `http` or `http_sse`.
    package var transport = ""
    /// What the server tells the model about itself.
    package var instructions = ""
    /// The child's process id; nil for HTTP.
    package var pid: Int32?
    /// The child's sandbox in a few words; empty for HTTP.
    package var sandbox = ""
    /// Whether it has tools.
    package var hasTools = false
    /// Whether it has resources.
    package var hasResources = false
    /// Whether it has prompts.
    package var hasPrompts = false

    /// Makes an empty value.
    package init() {}
}

/// A resource of a server.
package struct MCPResource: Sendable, Equatable {
    /// Where it is.
    package var uri: String
    /// Its name.
    package var name: String
    /// What it is.
    package var description: String
    /// Its type; empty when unknown.
    package var mimeType: String

    /// Makes a resource.
    package init(uri: String, name: String, description: String = "", mimeType: String = "") {
        self.uri = uri
        self.name = name
        self.description = description
        self.mimeType = mimeType
    }
}

/// Resources of a server whose URIs a template gives.
package struct MCPResourceTemplate: Sendable, Equatable {
    /// The template (RFC 6570): `file:///{path}`.
    package var uriTemplate: String
    /// Its name.
    package var name: String
    /// What it is for.
    package var description: String
    /// The type of the resources; empty when unknown.
    package var mimeType: String

    /// Makes a template.
    package init(uriTemplate: String, name: String, description: String = "", mimeType: String = "") {
        self.uriTemplate = uriTemplate
        self.name = name
        self.description = description
        self.mimeType = mimeType
    }
}

/// A prompt of a server.
package struct MCPPrompt: Sendable, Equatable {
    /// Its name.
    package var name: String
    /// What it is for.
    package var description: String
    /// The names of its arguments, required ones first.
    package var arguments: [String]

    /// Makes a prompt.
    package init(name: String, description: String = "", arguments: [String] = []) {
        self.name = name
        self.description = description
        self.arguments = arguments
    }
}

/// Something that a server said without being asked.
package enum MCPNotice: Sendable, Equatable {
    /// Its tools changed; list them again.
    case toolsChanged
    /// Its resources changed.
    case resourcesChanged
    /// Its prompts changed.
    case promptsChanged
    /// A line of its log, or of a child's standard error (level `stderr`).
    case log(level: String, text: String)
    /// The connection ended; nothing follows.
    case closed(MCPError)
}

/// A live, negotiated connection to one MCP server.
///
/// All functions may be called from any task at the same time; each honours cancellation (the server is told) and its
/// own deadline, and a timeout fails that request only. Errors are `MCPError`.
package protocol MCPConnection: Sendable {
    /// What the server said of itself; constant.
    var info: MCPServerInfo { get }

    /// What the server says by itself; one reader, bounded (log lines are dropped first), ends after `closed`.
    var notices: AsyncStream<MCPNotice> { get }

    /// All tools, page by page.
    func tools() async throws(MCPError) -> [MCPTool]

    /// Calls a tool; `onProgress` gets how far the server says it is.
    ///
    /// Each such word begins the time limit anew, up to `MCPServerSettings.callCeiling`.
    func call(
        _ tool: String, _ arguments: JSONValue, timeout: Duration,
        onProgress: @escaping @Sendable (ToolProgress) -> Void
    ) async throws(MCPError) -> MCPToolResult

    /// All resources, page by page.
    func resources() async throws(MCPError) -> [MCPResource]

    /// All templates of resources, page by page; none of a server that knows no templates.
    func resourceTemplates() async throws(MCPError) -> [MCPResourceTemplate]

    /// Reads a resource.
    func read(resource uri: String) async throws(MCPError) -> [MCPContent]

    /// All prompts, page by page.
    func prompts() async throws(MCPError) -> [MCPPrompt]

    /// Fills in a prompt; each piece has its role.
    func prompt(_ name: String, _ arguments: [String: String]) async throws(MCPError) -> [(role: String, MCPContent)]

    /// Asks whether the server lives; for revisions without `ping` the cheapest request there is.
    func ping() async throws(MCPError)

    /// Ends the connection: a child gets the end of its input, TERM, KILL. Idempotent; returns when all is gone.
    func close() async
}

/// Makes connections.
package protocol MCPConnector: Sendable {
    /// Connects and negotiates within `settings.connectTimeout`; `elicit` answers the server's questions.
    func connect(
        _ settings: MCPServerSettings,
        elicit: @escaping @Sendable (MCPElicitation) async -> MCPElicitationAnswer
    ) async throws(MCPError) -> any MCPConnection
}
