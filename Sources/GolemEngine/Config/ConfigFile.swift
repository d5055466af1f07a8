// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// Reads and replaces small files that belong to their owner alone.
enum ConfigFile {
    /// A file's bytes, and whether others than its owner may read them.
    struct Contents {
        let bytes: [UInt8]
        let isReadableByOthers: Bool
        let mode: mode_t
    }

    private static let largest = 4 * 1024 * 1024

    /// Reads a regular file of at most 4 MiB; nil when there is none.
    static func read(_ path: String) throws(SystemError) -> Contents? {
        let descriptor = retryingInterrupts { clinux_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0) }
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .current("open", path: path)
        }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw .current("fstat", path: path) }
        guard clinux_is_directory(info.st_mode) == 0 else { throw SystemError(call: "read", errno: EISDIR, path: path) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = retryingInterrupts { Glibc.read(descriptor, &chunk, chunk.count) }
            guard count >= 0 else { throw .current("read", path: path) }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= largest else { throw SystemError(call: "read", errno: EFBIG, path: path) }
        }
        return Contents(
            bytes: bytes, isReadableByOthers: clinux_is_regular(info.st_mode) != 0 && info.st_mode & 0o077 != 0,
            mode: info.st_mode & 0o7777)
    }

    /// Replaces a file in one step: afterwards it holds all of `bytes` with the mode 0600, or it is as it was.
    ///
    /// A symbolic link stays one, and the file that it leads to is replaced; an owner other than this process is kept
    /// where that is allowed.
    static func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
        let target = try destination(of: path)
        let folder = ConfigLocations.folder(of: target)
        let temporary = "\(target).\(getpid()).tmp"
        unlink(temporary)
        let descriptor = clinux_open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .current("open", path: temporary) }
        do throws(SystemError) {
            defer { close(descriptor) }
            var info = stat()
            if stat(target, &info) == 0, info.st_uid != geteuid() { _ = fchown(descriptor, info.st_uid, info.st_gid) }
            guard fchmod(descriptor, 0o600) == 0 else { throw .current("fchmod", path: temporary) }
            try write(bytes, to: descriptor, path: temporary)
            guard fsync(descriptor) == 0 else { throw .current("fsync", path: temporary) }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, target) == 0 else {
            let error = SystemError.current("rename", path: target)
            unlink(temporary)
            throw error
        }
        let directory = clinux_open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
    }

    /// Runs `body` while no other process that asks does the same for this file; waits for it up to five seconds.
    static func locked<Value>(
        _ path: String, _ body: () throws(ConfigError) -> Value
    ) throws(ConfigError) -> Value {
        let lock: String
        do { lock = try destination(of: path) + ".lock" } catch { throw notWritable(path, error) }
        let descriptor = clinux_open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw notWritable(lock, .current("open", path: lock)) }
        defer { close(descriptor) }
        var tries = 250
        while clinux_flock_exclusive_nonblocking(descriptor) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw notWritable(lock, .current("flock", path: lock)) }
            tries -= 1
            guard tries > 0 else {
                throw ConfigError(
                    code: "config_busy", subject: path,
                    message: "another command has been changing it for five seconds; try again")
            }
            _ = poll(nil, 0, 20)
        }
        return try body()
    }

    static func notWritable(_ path: String, _ error: SystemError) -> ConfigError {
        ConfigError(
            code: "config_not_writable", subject: path,
            message: "cannot be written: \(SystemError.text(of: error.errno)). Check the owner and the mode of "
                + "\(ConfigLocations.folder(of: path)), and the space on its disk.")
    }

    /// What a path leads to at the end of its symbolic links; the file itself need not be there.
    private static func destination(of path: String) throws(SystemError) -> String {
        var path = path
        for _ in 0..<40 {
            var info = stat()
            guard lstat(path, &info) == 0, clinux_is_symlink(info.st_mode) != 0 else { return path }
            var buffer = [CChar](repeating: 0, count: 4_096)
            let count = readlink(path, &buffer, buffer.count)
            guard count > 0 else { throw .current("readlink", path: path) }
            let link = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            path = link.hasPrefix("/") ? link : ConfigLocations.folder(of: path) + "/" + link
        }
        throw SystemError(call: "readlink", errno: ELOOP, path: path)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { chunk in
                retryingInterrupts { Glibc.write(descriptor, chunk.baseAddress, chunk.count) }
            }
            guard count >= 0 else { throw .current("write", path: path) }
            rest = rest.dropFirst(count)
        }
    }
}
