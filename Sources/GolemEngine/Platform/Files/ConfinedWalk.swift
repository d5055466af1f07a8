// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// The way from the root of a confined file system to one file, held open step by step.
///
/// Every step opens one name without following links, so what was checked is what is used: a directory that is swapped
/// for a link meanwhile is either still the directory that was opened, or seen as a link and judged as one. `..` goes
/// back to the directory that was opened before, never to what the kernel takes for the parent now.
///
/// Not `openat2`: it knows no protected places, refuses absolute links that stay inside, and is missing in some
/// containers; one way that always works is tested better than two.
struct ConfinedWalk: ~Copyable {
    /// The directory in which the last name is, opened with `O_PATH`.
    var parent: Int32 { steps.last?.descriptor ?? root }
    /// The last name, or `.` for the root itself.
    private(set) var name = "."
    /// What the name is now; nil when there is nothing.
    private(set) var info: stat?
    /// The path below the root without links, for messages and for starting commands.
    private(set) var path = ""

    private struct Step {
        let descriptor: Int32
        let name: String
    }

    private let root: Int32
    private var steps: [Step] = []

    private static let maximumLinks = 40
    private static let maximumDepth = 256

    /// Walks along `path`.
    ///
    /// Missing parents are created when `createParents` is set.
    init(_ files: borrowing ConfinedRoot, _ path: String, createParents: Bool = false) throws(FileAccessError) {
        root = files.descriptor
        guard !path.isEmpty else { throw .invalidPath("the path is empty") }
        guard path.utf8.count <= 4_096, !path.utf8.contains(0) else {
            throw .invalidPath("the path is longer than 4096 bytes or contains a NUL byte")
        }
        var pending = try Self.components(path, files, path)
        var links = 0
        while let component = pending.popLast() {
            if component == ".." {
                guard let step = steps.popLast() else { throw .outside(path, root: files.path) }
                close(step.descriptor)
                continue
            }
            let names = steps.map(\.name) + [component]
            guard !files.isProtected(names) else { throw .protected(path) }
            guard names.count <= Self.maximumDepth else { throw .invalidPath("the path is too deep") }
            var handle = open(component)
            if handle < 0, errno == ENOENT {
                if pending.isEmpty {
                    finish(component, nil)
                    return
                }
                guard createParents else { throw .notFound(path) }
                guard mkdirat(parent, component, 0o755) == 0 || errno == EEXIST else { throw .system("mkdir", path) }
                handle = open(component)
            }
            guard handle >= 0 else { throw .system("open", path) }
            var found = stat()
            guard fstat(handle, &found) == 0 else {
                close(handle)
                throw .system("stat", path)
            }
            if clinux_is_symlink(found.st_mode) != 0 {
                let target = Self.target(of: handle)
                close(handle)
                links += 1
                guard let target, links <= Self.maximumLinks else { throw .tooManyLinks(path) }
                if target.hasPrefix("/") { leaveAll() }
                pending += try Self.components(target, files, path)
                continue
            }
            guard !files.isProtected(found) else {
                close(handle)
                throw .protected(path)
            }
            if pending.isEmpty {
                close(handle)
                finish(component, found)
                return
            }
            guard clinux_is_directory(found.st_mode) != 0 else {
                close(handle)
                throw .notADirectory(path)
            }
            steps.append(Step(descriptor: handle, name: component))
        }
        // The path ended with `..` or named the root.
        var found = stat()
        guard fstat(parent, &found) == 0 else { throw .system("stat", path) }
        self.path = steps.map(\.name).joined(separator: "/")
        info = found
    }

    deinit {
        for step in steps { close(step.descriptor) }
    }

    /// Opens what the walk found, which must not have become a link meanwhile.
    ///
    /// -1 with errno otherwise.
    borrowing func openFound(_ flags: Int32, mode: mode_t = 0) -> Int32 {
        clinux_openat(parent, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, mode)
    }

    private func open(_ component: String) -> Int32 {
        clinux_openat(parent, component, clinux_o_path | O_NOFOLLOW | O_CLOEXEC, 0)
    }

    private mutating func finish(_ name: String, _ info: stat?) {
        self.name = name
        self.info = info
        path = (steps.map(\.name) + [name]).joined(separator: "/")
    }

    private mutating func leaveAll() {
        for step in steps { close(step.descriptor) }
        steps = []
    }

    /// The components in reverse order; an absolute path counts from the root, when it is inside.
    private static func components(
        _ text: String, _ files: borrowing ConfinedRoot, _ path: String
    ) throws(FileAccessError) -> [String] {
        guard let relative = files.relative(text) else { throw .outside(path, root: files.path) }
        return relative.split(separator: "/").filter { $0 != "." }.map(String.init).reversed()
    }

    private static func target(of link: Int32) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = buffer.withUnsafeMutableBytes { bytes -> Int in
            guard let start = bytes.baseAddress else { return -1 }
            return readlinkat(link, "", start.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        return count > 0 && count < buffer.count ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}
