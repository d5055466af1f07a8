// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The arguments for bubblewrap's `bwrap` (bwrap(1)).
///
/// Nothing is visible but a read-only system, devices without hardware, processes of the sandbox, an empty `/tmp` and
/// what the sandbox grants.
struct BubblewrapArguments {
    /// Bytes of the file system of `/tmp`, which lies in memory.
    static let temporarySize = 512 << 20
    /// The number of the descriptor with the filter of system calls.
    static let filterDescriptor = 3

    private let sandbox: Sandbox

    init(_ sandbox: Sandbox) { self.sandbox = sandbox }

    /// All arguments before the command, which starts in `directory`.
    func list(directory: String?) -> [String] {
        var result = ["--unshare-all", "--die-with-parent", "--cap-drop", "ALL"]
        if sandbox.allowsNetwork { result.append("--share-net") }
        result += ["--proc", "/proc", "--dev", "/dev"]
        result += ["--perms", "1777", "--size", String(Self.temporarySize), "--tmpfs", "/tmp"]
        result += ["--dir", "/var", "--symlink", "/tmp", "/var/tmp"]
        for link in SandboxSystemPaths.links { result += ["--symlink", link.target, link.path] }
        // Outer folders first: what lies deeper is put on top of them.
        let (mounts, masks) = mounts
        for mount in (mounts + masks).sorted(by: { $0.path.utf8.count < $1.path.utf8.count }) {
            result += mount.arguments
        }
        for mask in masks where mask.isFolder { result += ["--remount-ro", mask.path] }
        result += ["--seccomp", String(Self.filterDescriptor)]
        if let directory { result += ["--chdir", directory] }
        return result + ["--"]
    }

    private struct Mount {
        let path: String
        let arguments: [String]
        var isFolder = true
    }

    private var mounts: (shown: [Mount], masks: [Mount]) {
        var shown: [String: [String]] = [:]
        let readable = SandboxSystemPaths.readable(withNetwork: sandbox.allowsNetwork) + sandbox.readable
        for path in readable.compactMap(Sandbox.resolve) { shown[path] = ["--ro-bind", path, path] }
        for path in (sandbox.writable + [sandbox.workspace].compactMap { $0 }).compactMap(Sandbox.resolve) {
            shown[path] = ["--bind", path, path]
        }
        // What is shown as a part of something else needs no mount of its own.
        for (path, arguments) in shown where arguments[0] == "--ro-bind" {
            let outer = shown.filter { $0.key != path && Sandbox.contains($0.key, path) }
                .max { $0.key.utf8.count < $1.key.utf8.count }
            if outer?.value[0] == "--ro-bind" { shown[path] = nil }
        }
        let masks = sandbox.resolvedHidden.filter { hidden in
            shown[hidden] != nil || shown.keys.contains { Sandbox.contains($0, hidden) }
        }
        return (
            shown.filter { !masks.contains($0.key) }.map { Mount(path: $0.key, arguments: $0.value) },
            masks.map { path in
                let isFolder = SandboxSystemPaths.isFolder(path)
                let arguments = isFolder ? ["--tmpfs", path] : ["--ro-bind", "/dev/null", path]
                return Mount(path: path, arguments: arguments, isFolder: isFolder)
            }
        )
    }
}
