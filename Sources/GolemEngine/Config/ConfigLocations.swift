// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// Where Golem's own folder and its configuration are, and what turns written paths into absolute ones.
package struct ConfigLocations: Sendable, Equatable {
    /// Golem's own folder, `~/.golem` or `GOLEM_HOME`.
    package let golemHome: String
    /// The configuration file.
    package let file: String
    /// Whether somebody named the file, so that it has to be there.
    package let isFileNamed: Bool
    /// The workspace of `--workspace` or `GOLEM_WORKSPACE`, absolute.
    package let workspace: String?
    /// What named that workspace: `--workspace` or `GOLEM_WORKSPACE`; nil when neither did.
    package let workspaceSource: String?
    /// The user's home folder; empty when there is none.
    package let userHome: String
    /// The working directory.
    package let workingDirectory: String
    /// The environment.
    package let environment: [String: String]

    /// Works out the places.
    ///
    /// Throws `config_path` for a path that cannot be used, or when neither `HOME`, the user's record nor `GOLEM_HOME`
    /// says where to look.
    package init(
        environment: [String: String], workingDirectory: String? = nil, configFlag: String? = nil,
        workspaceFlag: String? = nil
    ) throws(ConfigError) {
        self.environment = environment
        let directory = workingDirectory ?? Self.currentDirectory()
        self.workingDirectory = directory
        let home = Self.given(environment["HOME"]) ?? Self.homeOfUser() ?? ""
        userHome = home
        func absolute(_ path: String, _ subject: String) throws(ConfigError) -> String {
            try Self.absolute(path, from: directory, home: home, subject: subject)
        }
        if let written = Self.given(environment["GOLEM_HOME"]) {
            golemHome = try absolute(written, "GOLEM_HOME")
        } else if !home.isEmpty {
            golemHome = try absolute(home + "/.golem", "HOME")
        } else {
            throw ConfigError(
                code: "config_path", subject: "GOLEM_HOME",
                message: "neither HOME nor GOLEM_HOME is set; set GOLEM_HOME to the folder for Golem's files")
        }
        if let written = configFlag {
            file = try absolute(written, "--config")
        } else if let written = Self.given(environment["GOLEM_CONFIG"]) {
            file = try absolute(written, "GOLEM_CONFIG")
        } else {
            file = golemHome + "/config.json"
        }
        isFileNamed = configFlag != nil || Self.given(environment["GOLEM_CONFIG"]) != nil
        if let written = workspaceFlag {
            workspace = try absolute(written, "--workspace")
            workspaceSource = "--workspace"
        } else if let written = Self.given(environment["GOLEM_WORKSPACE"]) {
            workspace = try absolute(written, "GOLEM_WORKSPACE")
            workspaceSource = "GOLEM_WORKSPACE"
        } else {
            workspace = nil
            workspaceSource = nil
        }
    }

    /// The stored credentials of `golem auth`.
    package var credentialsFile: String { golemHome + "/auth.json" }

    /// The workspace of a configuration, absolute.
    ///
    /// A relative path in the file starts at the file's folder, so that it does not depend on where Golem is started.
    package func workspace(for config: GolemConfig) throws(ConfigError) -> String {
        if let workspace { return workspace }
        switch config.agents.defaults.workspaceMode {
        case "cwd":
            guard workingDirectory.hasPrefix("/") else {
                throw ConfigError(
                    code: "config_path", subject: "agents.defaults.workspace_mode",
                    message: "the working directory cannot be found out; set a workspace with --workspace")
            }
            return workingDirectory
        case "path": return try absolute(config.agents.defaults.workspace, subject: "agents.defaults.workspace")
        default: return golemHome + "/workspace"
        }
    }

    /// The log's file, absolute; nil for standard error.
    package func logFile(for config: GolemConfig) throws(ConfigError) -> String? {
        guard let written = Self.given(config.log.file.trimmed) else { return nil }
        return try Self.absolute(written, from: golemHome, home: userHome, subject: "log.file")
    }

    /// A path of the file, made absolute.
    func absolute(_ path: String, subject: String) throws(ConfigError) -> String {
        try Self.absolute(path, from: Self.folder(of: file), home: userHome, subject: subject)
    }

    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    private static func given(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }

    private static func absolute(
        _ written: String, from base: String, home: String, subject: String
    ) throws(ConfigError) -> String {
        func refused(_ reason: String) -> ConfigError {
            ConfigError(code: "config_path", subject: subject, message: reason)
        }
        let path = written.trimmed
        guard !path.isEmpty, !path.utf8.contains(0) else { throw refused("the path is empty") }
        var full = path
        if path == "~" || path.hasPrefix("~/") {
            guard !home.isEmpty else { throw refused("\(path) cannot be found: HOME is not set") }
            full = home + path.dropFirst()
        } else if path.hasPrefix("~") {
            throw refused("\(path) names another user's home, which is not looked up; write the whole path")
        }
        if !full.hasPrefix("/") {
            guard base.hasPrefix("/") else { throw refused("\(path) is relative to a folder that cannot be found") }
            full = base + "/" + full
        }
        // `..` stays: what it means is up to the links on the way.
        return "/" + full.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    private static func currentDirectory() -> String {
        guard let pointer = getcwd(nil, 0) else { return "" }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    private static func homeOfUser() -> String? {
        guard let record = getpwuid(getuid()), let folder = record.pointee.pw_dir else { return nil }
        return given(String(cString: folder))
    }
}
