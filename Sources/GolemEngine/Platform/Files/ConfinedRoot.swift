// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// The root of a confined file system and the places in it that are out of reach.
struct ConfinedRoot: ~Copyable, Sendable {
    /// The root, opened with `O_PATH`.
    let descriptor: Int32
    /// The root as it was given, absolute.
    let path: String
    /// The root without symbolic links.
    let resolvedPath: String
    /// The protected places: as components below the root in lower case, and as absolute paths.
    private let protectedNames: [[String]]
    private let protectedPaths: [String]
    /// What the protected places were at the beginning, should somebody move them.
    private let firstIdentities: Set<FileIdentity>

    init(_ path: String, protected: [String]) throws(FileAccessError) {
        let handle = clinux_open(path, clinux_o_path | O_DIRECTORY | O_CLOEXEC, 0)
        guard handle >= 0 else { throw .system("open", path) }
        guard let resolved = Sandbox.resolve(path) else {
            let error = errno
            close(handle)
            throw .system("realpath", path, errno: error)
        }
        descriptor = handle
        resolvedPath = resolved
        self.path = path.hasPrefix("/") ? Self.trimmed(path) : resolved
        protectedNames = protected.filter { !$0.hasPrefix("/") }.map {
            $0.split(separator: "/").map { $0.lowercased() }
        }
        protectedPaths = protected.map { $0.hasPrefix("/") ? $0 : "\(resolved)/\($0)" }
        firstIdentities = Self.identities(protectedPaths)
    }

    deinit { close(descriptor) }

    /// A path as text below the root, or nil when it is absolute and elsewhere.
    borrowing func relative(_ text: String) -> String? {
        guard text.hasPrefix("/") else { return text }
        for prefix in [path, resolvedPath] {
            if text == prefix { return "." }
            let folder = prefix == "/" ? "/" : prefix + "/"
            if text.hasPrefix(folder) { return String(text.dropFirst(folder.count)) }
        }
        return nil
    }

    /// Whether the names lead to a protected place, in any spelling of upper and lower case.
    borrowing func isProtected(_ names: [String]) -> Bool {
        protectedNames.contains { protected in
            names.count >= protected.count && zip(names, protected).allSatisfy { $0.lowercased() == $1 }
        }
    }

    /// Whether this is a protected place under whatever name, or a file in one that has a second name elsewhere.
    borrowing func isProtected(_ info: stat) -> Bool {
        let identity = FileIdentity(info)
        let current = Self.identities(protectedPaths)
        if current.contains(identity) || firstIdentities.contains(identity) { return true }
        guard clinux_is_directory(info.st_mode) == 0, info.st_nlink > 1 else { return false }
        return protectedPaths.contains { Self.holds(identity, $0, depth: 3) }
    }

    private static func identities(_ paths: [String]) -> Set<FileIdentity> {
        var result: Set<FileIdentity> = []
        for path in paths {
            var info = stat()
            if stat(path, &info) == 0 { result.insert(FileIdentity(info)) }
        }
        return result
    }

    private static func holds(_ identity: FileIdentity, _ folder: String, depth: Int) -> Bool {
        let handle = clinux_open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0)
        guard handle >= 0, let entries = try? DirectoryListing.entries(consuming: handle, limit: 10_000) else {
            return false
        }
        return entries.contains { entry in
            let path = "\(folder)/\(entry.name)"
            if entry.isDirectory { return depth > 0 && holds(identity, path, depth: depth - 1) }
            return FileIdentity(path: path) == identity
        }
    }

    private static func trimmed(_ path: String) -> String {
        "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}
