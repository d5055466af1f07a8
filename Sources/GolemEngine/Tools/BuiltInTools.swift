// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The tools that every engine has.
package struct BuiltInTools: Sendable {
    /// What the tools need to know of the configuration.
    package struct Options: Sendable {
        /// The workspace, an existing folder.
        package var workspace: String
        /// The folder of the configuration and the credentials, which no tool may reach.
        package var home: String
        /// How long a command may take.
        package var execTimeout: Duration = .seconds(60)
        /// Whether commands must start inside the workspace.
        package var restrictsExecToWorkspace = true
        /// How many bytes of each output stream of a command are kept.
        package var execOutputLimit = 48 * 1_024
        /// What commands may see, write and reach; the workspace and what no tool may reach are put in.
        package var execSandbox = SandboxRequest(.hide)
        /// Brave's key for `web_search`; empty for none.
        package var searchKey = ""
        /// How many results `web_search` gives when the model names no number.
        package var searchResults = 5
        /// Private addresses or ranges that the web tools may connect to.
        package var allowedAddresses: [String] = []

        /// Makes the defaults.
        package init(workspace: String, home: String) {
            self.workspace = workspace
            self.home = home
        }
    }

    /// All tools, in the order in which the model sees them.
    package let registry: ToolRegistry
    /// The shell tool, which knows how strong its confinement is.
    package let exec: ExecTool

    /// Makes the tools.
    ///
    /// Throws `FileAccessError` when the workspace cannot be opened, `AddressRuleError` for a wrong allowed address.
    package init(
        _ options: Options, client: HTTPClient, time: any TimeSource, machine: SandboxMachine = SandboxMachine()
    ) throws {
        let files = try WorkspaceFiles(
            root: options.workspace, protected: ["state"] + Self.secretPlaces(options.home, options.workspace))
        let rules = try AddressRules(allowed: options.allowedAddresses)
        var execOptions = ExecTool.Options()
        execOptions.timeout = options.execTimeout
        execOptions.outputLimit = options.execOutputLimit
        execOptions.restrictsToWorkspace = options.restrictsExecToWorkspace
        execOptions.sandbox = options.execSandbox
        execOptions.sandbox.hidden += Self.hiddenPlaces(workspace: files.path, home: options.home)
        exec = ExecTool(files: files, options: execOptions, machine: machine)
        let fetch = WebFetchTool(client: client, rules: rules)
        let search = WebSearchTool(
            client: client, rules: rules, key: options.searchKey, defaultCount: options.searchResults)
        let memory = MemoryTools(files: files, time: time)
        var registry = ToolRegistry()
        for tool in FileTools(files: files).tools + exec.tools + fetch.tools + search.tools + memory.tools {
            _ = registry.register(tool)
        }
        self.registry = registry
    }

    /// What no process that the server starts may see: its state, its configuration and its credentials.
    package static func hiddenPlaces(workspace: String, home: String) -> [String] {
        ["\(workspace)/state"] + secretPlaces(home, workspace)
    }

    /// The home as a whole, or its files one by one when it is the workspace itself.
    private static func secretPlaces(_ home: String, _ workspace: String) -> [String] {
        guard let resolved = Sandbox.resolve(home) else { return [home] }
        guard resolved == Sandbox.resolve(workspace) else { return [resolved] }
        return ["config.json", "auth.json"].map { "\(resolved)/\($0)" }
    }
}
