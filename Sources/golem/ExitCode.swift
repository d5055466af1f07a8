// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The exit codes of `golem`; the numbers follow sysexits.h where one fits.
enum ExitCode {
    /// It worked.
    static let success: Int32 = 0
    /// It failed in a way that has no number of its own.
    static let failure: Int32 = 1
    /// The command line is wrong.
    static let usage: Int32 = 64
    /// The store is damaged or from a newer version.
    static let damagedData: Int32 = 65
    /// No engine answers.
    static let unavailable: Int32 = 69
    /// The workspace or a file in it cannot be created or written.
    static let cannotCreate: Int32 = 73
    /// Reading or writing failed; a full disk.
    static let inputOutput: Int32 = 74
    /// Somebody else holds the workspace or the port; trying again later may work.
    static let temporary: Int32 = 75
    /// The engine refused the command.
    static let refused: Int32 = 77
    /// The configuration is wrong.
    static let configuration: Int32 = 78

    /// Whoever read the output went away: what shells give for SIGPIPE.
    static let readerGone: Int32 = 141

    /// The code for an engine error.
    static func forEngineError(_ code: String) -> Int32 {
        switch code {
        case "workspace_busy", "port_in_use": temporary
        case "workspace_not_writable", "store_not_writable": cannotCreate
        case "store_disk_full", "disk_full": inputOutput
        case "store_damaged", "store_too_new": damagedData
        case "public_bind_without_token": configuration
        default: failure
        }
    }

    /// The code for a command that got no reply.
    static func forControl(_ code: String) -> Int32 { code == "unreadable" ? inputOutput : unavailable }

    /// The code for an error of the configuration.
    static func forConfigError(_ code: String) -> Int32 {
        switch code {
        case "config_not_writable": cannotCreate
        case "config_busy": temporary
        default: configuration
        }
    }
}
