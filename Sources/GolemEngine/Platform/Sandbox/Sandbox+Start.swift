// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

extension Sandbox {
    /// Everything that a command may read or write, besides devices, resolved.
    var shown: [String] {
        let readable = SandboxSystemPaths.readable(withNetwork: allowsNetwork) + readable
        return (readable + writable + [workspace].compactMap { $0 }).compactMap(Self.resolve)
    }

    /// The program to execute and its arguments, its own name first, for a command at `path`.
    ///
    /// Throws when the sandbox does not show the program.
    func commandLine(
        _ path: String, name: String, _ arguments: [String], directory: String?
    ) throws(SubprocessError) -> (path: String, arguments: [String]) {
        switch means {
        case .none, .hiding: return (path, [name] + arguments)
        case .landlock:
            try checkVisible(path)
            return (path, [name] + arguments)
        case .bubblewrap(let program, _):
            try checkVisible(path)
            var command = [path] + arguments
            if let innerProcesses {
                // Only in the namespace: outside of it the bound would count what else this user runs.
                let script = "ulimit -u \(innerProcesses) 2>/dev/null || ulimit -p \(innerProcesses); exec \"$@\""
                command = ["/bin/sh", "-c", script, "sh"] + command
            }
            return (program, ["bwrap"] + BubblewrapArguments(self).list(directory: directory) + command)
        }
    }

    /// Whether commands can see `path`, as far as it is there.
    func shows(_ path: String) -> Bool {
        let place = Self.resolve(path) ?? path
        switch means {
        case .none: return true
        case .hiding:
            if let workspace = workspace.flatMap(Self.resolve), Self.contains(workspace, place) { return true }
            return !resolvedHidden.contains { Self.contains($0, place) }
        case .landlock, .bubblewrap: return shown.contains { Self.contains($0, place) }
        }
    }

    /// Where a command starts that names no directory: where this process is, if that can be seen, else the workspace.
    ///
    /// By its path: a directory that is already open would lead around the masks.
    var startDirectory: SubprocessSpec.Directory {
        guard means != .none else { return .inherited }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        if let path = getcwd(&buffer, buffer.count).map({ String(cString: $0) }), shows(path) { return .path(path) }
        return workspace.map { .path($0) } ?? .path("/")
    }

    /// The program must be seen under the name that it is called by, and what the name leads to as well.
    private func checkVisible(_ path: String) throws(SubprocessError) {
        let shown = shown + (SandboxSystemPaths.links.map(\.path))
        for place in [path, Self.resolve(path) ?? path] where !shown.contains(where: { Self.contains($0, place) }) {
            throw SubprocessError(
                code: "sandbox",
                description: "the program \(place) lies outside of what the sandbox shows; add its folder to the "
                    + "readable ones")
        }
    }

    /// The Landlock ruleset of this sandbox, or nil when it uses none.
    ///
    /// The caller closes it.
    func ruleset() throws(SubprocessError) -> Int32? {
        switch means {
        case .none, .hiding(.namespace), .bubblewrap: return nil
        case .hiding(.namespaceAndLandlock): return try LandlockRuleset.scope()
        case .hiding(.landlock):
            var grants = [LandlockRuleset.Grant(path: "/", access: CLINUX_ACCESS_ALL)]
            if let workspace = workspace.flatMap(Self.resolve) {
                grants.append(LandlockRuleset.Grant(path: workspace, access: CLINUX_ACCESS_ALL))
            }
            return try LandlockRuleset.allowing(grants, hidden: resolvedHidden)
        case .landlock:
            let readable = SandboxSystemPaths.readable(withNetwork: allowsNetwork) + readable + ["/proc"]
            let writable = writable + SandboxSystemPaths.devices + [workspace].compactMap { $0 }
            let grants =
                readable.compactMap(Self.resolve).map { LandlockRuleset.Grant(path: $0, access: CLINUX_ACCESS_READ) }
                + writable.compactMap(Self.resolve).map { LandlockRuleset.Grant(path: $0, access: CLINUX_ACCESS_WRITE) }
            return try LandlockRuleset.allowing(grants, hidden: coversPaths ? [] : resolvedHidden)
        }
    }

    /// The filter of system calls that is set before the program is executed, or empty.
    var filter: [UInt8] { if case .landlock(let filter, _) = means { filter.bytes } else { [] } }

    /// The filter that the wrapper sets, or empty.
    var wrapperFilter: [UInt8] { if case .bubblewrap(_, let filter) = means { filter.bytes } else { [] } }

    /// Whether paths are covered in a mount namespace.
    var coversPaths: Bool {
        switch means {
        case .none, .hiding(.landlock), .bubblewrap: false
        case .hiding(.namespace), .hiding(.namespaceAndLandlock): true
        case .landlock(_, let covers): covers
        }
    }

    /// Whether the command keeps no capability of root.
    var dropsCapabilities: Bool { if case .landlock = means { true } else { false } }
}
