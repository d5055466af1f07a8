// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// What keeps a command from files, processes and the network, as this machine gives it.
///
/// Made by `SandboxMachine` from a `SandboxRequest`; a value that runs any number of commands.
package struct Sandbox: Sendable, Equatable {
    /// By what it is done.
    enum Means: Sendable, Equatable {
        case none
        /// What is hidden is covered or not granted; all else is open.
        case hiding(HidingStrength)
        /// Only what is granted can be reached; `covers` says whether a mount namespace lies over what is hidden.
        ///
        /// Without it, new entries directly in a folder that holds a hidden one cannot be created.
        case landlock(SyscallFilter, covers: Bool)
        /// A wrapper puts the command into namespaces.
        case bubblewrap(program: String, SyscallFilter)
    }

    var means = Means.none
    /// Absolute paths to hide; those that do not exist are skipped.
    var hidden: [String] = []
    /// What stays visible inside hidden folders, and may be written.
    var workspace: String?
    var readable: [String] = []
    var writable: [String] = []
    var allowsNetwork = true
    /// Bounds of each process.
    var limits: [SubprocessSpec.Limit] = []
    /// Bounds of all processes together; nil when control groups are not used.
    var groups: ControlGroups?
    /// The bound of processes that only holds inside the namespace of bubblewrap.
    var innerProcesses: Int?
    /// The profile in force and its strength, in a few words: `bubblewrap 0.8.0, no network, 512 processes (cgroup)`.
    package internal(set) var summary = "none"

    /// Hides and limits nothing.
    package static let none = Sandbox()

    /// A sandbox that hides paths by one means, which is not tried.
    package static func hiding(_ strength: HidingStrength, _ hidden: [String], workspace: String?) -> Sandbox {
        Sandbox(means: .hiding(strength), hidden: hidden, workspace: workspace)
    }

    /// The folder for temporary files; nil for that of the machine.
    var temporaryFolder: String? {
        guard case .landlock = means, let workspace else { return nil }
        return "\(workspace)/.tmp"
    }

    /// The hidden paths as the kernel knows them, outermost first.
    var resolvedHidden: [String] {
        hidden.compactMap(Self.resolve).sorted { $0.utf8.count < $1.utf8.count }
    }

    /// The path without symbolic links, or nil when nothing is there.
    static func resolve(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    /// Whether `path` is `folder` or lies in it.
    static func contains(_ folder: String, _ path: String) -> Bool {
        folder == "/" || path == folder || path.hasPrefix(folder + "/")
    }
}

/// By what means paths are hidden.
package enum HidingStrength: String, Sendable, CaseIterable {
    /// A mount namespace that Landlock keeps from being undone or reached around.
    case namespaceAndLandlock = "namespace+landlock"
    /// Hidden folders are empty in a mount namespace; the engine's `/proc` entries may lead around it.
    case namespace
    /// Landlock grants everything but what is hidden. New entries directly in a folder that holds a hidden one
    /// cannot be created.
    case landlock
}
