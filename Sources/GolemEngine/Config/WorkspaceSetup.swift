// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// Makes what a new installation needs: the configuration, the workspace and the files that say who Golem is.
package enum WorkspaceSetup {
    /// What was made.
    package struct Outcome: Sendable, Equatable {
        /// Whether the configuration is new.
        package let isConfigNew: Bool
        /// The workspace.
        package let workspace: String
        /// Files and folders that are new.
        package let created: [String]
    }

    private static let files = [
        ("IDENTITY.md", "# Identity\nYou are Golem, a helpful assistant.\n"),
        ("SOUL.md", "# Soul\nBe honest, careful and brief.\n"),
        ("USER.md", "# User\nWhat Golem should know about its users.\n"),
        ("AGENTS.md", "# Agents\nHow Golem should go about its work.\n"), ("memory/MEMORY.md", ""),
    ]

    /// Makes what is missing and leaves alone what is there; running it again does no harm.
    package static func run(_ locations: ConfigLocations) throws(ConfigError) -> Outcome {
        var created: [String] = []
        for folder in [locations.golemHome, ConfigLocations.folder(of: locations.file)] {
            if try makeFolder(folder) { created.append(folder) }
        }
        let isNew = try ConfigFile.locked(locations.file) { () throws(ConfigError) in
            guard try ConfigLoader.read(locations) == nil else { return false }
            do throws(SystemError) { try ConfigFile.replace(locations.file, with: Array(template.utf8)) } catch {
                throw ConfigFile.notWritable(locations.file, error)
            }
            return true
        }
        if isNew { created.append(locations.file) }
        let workspace = try ConfigLoader.load(locations).workspace
        for folder in [workspace, workspace + "/memory", workspace + "/skills", workspace + "/state"] {
            if try makeFolder(folder) { created.append(folder) }
        }
        for (name, text) in files {
            let path = workspace + "/" + name
            if try makeFile(path, text) { created.append(path) }
        }
        return Outcome(isConfigNew: isNew, workspace: workspace, created: created)
    }

    /// A new configuration: what most people want to change, with the defaults.
    static let template = """
        {
          "agents": {
            "defaults": {
              "model": "anthropic/claude-sonnet-4-5"
            }
          },
          "providers": {
            "claude": {
              "api_key": ""
            },
            "openai": {
              "api_key": ""
            },
            "openrouter": {
              "api_key": ""
            }
          },
          "gateway": {
            "host": "127.0.0.1",
            "port": 18790,
            "token": ""
          },
          "policy": {
            "mode": "strict",
            "require_approval": ["exec"]
          },
          "log": {
            "level": "info"
          }
        }

        """

    /// Makes a folder with its parents, for its owner alone; false when it is there.
    @discardableResult
    static func makeFolder(_ path: String) throws(ConfigError) -> Bool {
        var info = stat()
        if stat(path, &info) == 0, clinux_is_directory(info.st_mode) != 0 { return false }
        let parent = ConfigLocations.folder(of: path)
        if parent != path, parent != "/" { try makeFolder(parent) }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw ConfigFile.notWritable(path, .current("mkdir", path: path))
        }
        guard stat(path, &info) == 0, clinux_is_directory(info.st_mode) != 0 else {
            throw ConfigFile.notWritable(path, SystemError(call: "mkdir", errno: ENOTDIR, path: path))
        }
        return true
    }

    /// Makes a file for its owner alone; false when something with its name is there.
    private static func makeFile(_ path: String, _ text: String) throws(ConfigError) -> Bool {
        let descriptor = clinux_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { return false }
            throw ConfigFile.notWritable(path, .current("open", path: path))
        }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else {
            throw ConfigFile.notWritable(path, .current("write", path: path))
        }
        return true
    }
}
