// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// Files below one directory, which no path can leave: not with `..`, not through links, not by races.
///
/// Relative paths start at the root; absolute ones are accepted when they lie inside. Links that stay inside are
/// followed. Protected places are out of reach under every name. All calls block on the disk and may run on any thread
/// (see `BlockingQueue`); all throw `FileAccessError`.
package final class ConfinedFileSystem: Sendable {
    /// What was read of a file.
    package struct Contents: Sendable, Equatable {
        /// The bytes, at most as many as asked for.
        package var bytes: [UInt8]
        /// How large the file is.
        package var size: Int64
        /// Whether the file has more bytes than were read.
        package var isTruncated: Bool { Int64(bytes.count) < size }
        /// Whether it is something else than text: it has a NUL byte in its first 8 KiB.
        package var isBinary: Bool { bytes.prefix(8_192).contains(0) }
    }

    /// The names in a directory.
    package struct Listing: Sendable, Equatable {
        /// Sorted by their bytes; directories end with `/`.
        package var names: [String]
        /// Whether there are more than were asked for.
        package var isTruncated: Bool
    }

    /// What is at a path.
    package struct Status: Sendable, Equatable {
        /// Below the root, without links.
        package var path: String
        /// Whether it is a directory.
        package var isDirectory: Bool
        /// In bytes.
        package var size: Int64
        /// Device and inode, to recognise it again.
        package var device: UInt64
        package var inode: UInt64
    }

    private let root: ConfinedRoot

    /// Opens the root.
    ///
    /// `protected` are places out of reach: relative to the root or absolute, existing or not.
    package init(root: String, protected: [String]) throws(FileAccessError) {
        self.root = try ConfinedRoot(root, protected: protected)
    }

    /// The root without symbolic links.
    package var path: String { root.resolvedPath }

    /// Reads at most `limit` bytes of a regular file.
    package func read(_ path: String, limit: Int) throws(FileAccessError) -> Contents {
        let (file, info) = try openRegular(path, O_RDONLY | O_NONBLOCK)
        defer { close(file) }
        // One byte more than the limit tells whether a growing file, or one of /proc with size 0, has more.
        var bytes = [UInt8](repeating: 0, count: min(limit, max(Int(info.st_size), 4_096)) + 1)
        var count = 0
        while count <= limit {
            if count == bytes.count {
                bytes.append(contentsOf: repeatElement(0, count: min(count, limit + 1 - count)))
            }
            let room = bytes.count - count
            let got = bytes.withUnsafeMutableBytes { all in
                retryingInterrupts { Glibc.read(file, all.baseAddress.map { $0 + count }, room) }
            }
            guard got >= 0 else { throw .system("read", path) }
            if got == 0 { break }
            count += got
        }
        let size = max(Int64(info.st_size), Int64(count))
        bytes.removeLast(bytes.count - min(count, limit))
        return Contents(bytes: bytes, size: count <= limit ? Int64(count) : size)
    }

    /// Replaces or creates a file as a whole, with its parents.
    ///
    /// The mode of an existing file is kept.
    package func write(_ path: String, _ bytes: [UInt8]) throws(FileAccessError) {
        let walk = try ConfinedWalk(root, path, createParents: true)
        if let info = walk.info, clinux_is_regular(info.st_mode) == 0 { throw .notAFile(path) }
        guard walk.name != "." else { throw .notAFile(path) }
        let folder = clinux_openat(walk.parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard folder >= 0 else { throw .system("open", path) }
        defer { close(folder) }
        do throws(SystemError) {
            let mode = walk.info.map { $0.st_mode & 0o777 } ?? 0o644
            try AtomicFile.write(bytes, in: folder, name: walk.name, mode: mode)
        } catch {
            if error.errno == EISDIR { throw .notAFile(path) }
            throw .system(error.call, path, errno: error.errno)
        }
    }

    /// Appends to a file, creating it and its parents when missing.
    ///
    /// On failure the file is as long as before.
    package func append(_ path: String, _ bytes: [UInt8]) throws(FileAccessError) {
        let (file, info) = try openRegular(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_CREAT, createParents: true)
        defer { close(file) }
        do throws(SystemError) {
            try AtomicFile.writeAll(bytes, to: file, path: path)
        } catch {
            ftruncate(file, info.st_size)
            throw .system(error.call, path, errno: error.errno)
        }
    }

    /// The names in a directory, at most `limit`.
    package func list(_ path: String, limit: Int) throws(FileAccessError) -> Listing {
        for _ in 0..<Self.attempts {
            let walk = try ConfinedWalk(root, path)
            guard let info = walk.info else { throw .notFound(path) }
            guard clinux_is_directory(info.st_mode) != 0 else { throw .notADirectory(path) }
            let folder = walk.openFound(O_RDONLY | O_DIRECTORY)
            guard folder >= 0 else {
                if errno == ELOOP || errno == ENOTDIR || errno == ENOENT { continue }
                throw .system("open", path)
            }
            var opened = stat()
            guard fstat(folder, &opened) == 0, !root.isProtected(opened) else {
                close(folder)
                throw .protected(path)
            }
            do throws(SystemError) {
                // Read past the limit before sorting, so that the first names are the first ones.
                let entries = try DirectoryListing.entries(consuming: folder, limit: max(limit, 100_000) + 1)
                let names = entries.map { $0.isDirectory ? $0.name + "/" : $0.name }.sorted {
                    $0.utf8.lexicographicallyPrecedes($1.utf8)
                }
                return Listing(names: Array(names.prefix(limit)), isTruncated: names.count > limit)
            } catch {
                throw .system(error.call, path, errno: error.errno)
            }
        }
        throw .unsettled(path)
    }

    /// Makes a directory and its parents; one that exists is fine.
    package func makeDirectory(_ path: String) throws(FileAccessError) {
        let walk = try ConfinedWalk(root, path, createParents: true)
        if let info = walk.info {
            guard clinux_is_directory(info.st_mode) != 0 else { throw .notADirectory(path) }
            return
        }
        guard mkdirat(walk.parent, walk.name, 0o755) == 0 || errno == EEXIST else { throw .system("mkdir", path) }
    }

    /// What is at a path, or nil when nothing is.
    package func status(_ path: String) throws(FileAccessError) -> Status? {
        let walk: ConfinedWalk
        do throws(FileAccessError) {
            walk = try ConfinedWalk(root, path)
        } catch {
            if error.errno == ENOENT { return nil }
            throw error
        }
        guard let info = walk.info else { return nil }
        let identity = FileIdentity(info)
        return Status(
            path: walk.path, isDirectory: clinux_is_directory(info.st_mode) != 0, size: Int64(info.st_size),
            device: identity.device, inode: identity.inode)
    }

    private static let attempts = 8

    /// Opens a regular file; never a device, a pipe or a socket, which could block or do something.
    private func openRegular(
        _ path: String, _ flags: Int32, createParents: Bool = false
    ) throws(FileAccessError) -> (Int32, stat) {
        for _ in 0..<Self.attempts {
            let walk = try ConfinedWalk(root, path, createParents: createParents)
            if let info = walk.info, clinux_is_regular(info.st_mode) == 0 { throw .notAFile(path) }
            guard walk.info != nil || flags & O_CREAT != 0 else { throw .notFound(path) }
            let file = walk.openFound(flags, mode: 0o644)
            guard file >= 0 else {
                // Swapped or removed since the walk: walk again and judge what is there now.
                if errno == ELOOP || errno == ENOENT { continue }
                throw .system("open", path)
            }
            var info = stat()
            guard fstat(file, &info) == 0, clinux_is_regular(info.st_mode) != 0 else {
                close(file)
                throw .notAFile(path)
            }
            guard !root.isProtected(info) else {
                close(file)
                throw .protected(path)
            }
            return (file, info)
        }
        throw .unsettled(path)
    }
}
