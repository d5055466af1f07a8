// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEngine
import Testing

/// A folder of its own for a test, removed afterwards.
final class ConfigFixture: Sendable {
    let folder: String
    var file: String { folder + "/config.json" }

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/golem-config-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ text: String, to name: String = "config.json", mode: Int = 0o600) throws {
        let path = folder + "/" + name
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    func text(_ name: String = "config.json") throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: folder + "/" + name)), as: UTF8.self)
    }

    func mode(_ name: String) throws -> Int {
        var info = stat()
        try #require(lstat(folder + "/" + name, &info) == 0)
        return Int(info.st_mode & 0o7777)
    }

    func locations(_ variables: [String: String] = [:], configFlag: String? = nil, workspaceFlag: String? = nil)
        throws -> ConfigLocations
    {
        var environment = variables
        if environment["GOLEM_HOME"] == nil { environment["GOLEM_HOME"] = folder }
        if environment["HOME"] == nil { environment["HOME"] = "/home/somebody" }
        return try ConfigLocations(
            environment: environment, workingDirectory: "/srv/place", configFlag: configFlag,
            workspaceFlag: workspaceFlag)
    }

    func load(_ text: String? = nil, _ variables: [String: String] = [:]) throws -> LoadedConfig {
        if let text { try write(text) }
        return try ConfigLoader.load(try locations(variables))
    }

    func failure(_ text: String? = nil, _ variables: [String: String] = [:]) throws -> ConfigError {
        if let text { try write(text) }
        let locations = try locations(variables)
        return try #require(throws: ConfigError.self) { try ConfigLoader.load(locations) }
    }
}
