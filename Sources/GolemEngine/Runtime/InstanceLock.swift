// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// The lock that makes one engine per workspace; held until the process ends, whatever ends it.
final class InstanceLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock file at `path` and writes this process's id into it.
    ///
    /// When another process holds it, the error has the code `workspace_busy` and names that process.
    init(path: String) throws(EngineError) {
        let descriptor = clinux_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw EngineError(
                code: "workspace_not_writable",
                message: "\(path) cannot be opened: \(String(cString: strerror(errno))). Check the owner and the mode "
                    + "of the workspace, or set another one with --workspace.")
        }
        guard clinux_flock_exclusive_nonblocking(descriptor) == 0 else {
            var bytes = [UInt8](repeating: 0, count: 32)
            let count = max(0, pread(descriptor, &bytes, bytes.count, 0))
            close(descriptor)
            let pid = String(decoding: bytes.prefix(count).prefix { (48...57).contains($0) }, as: UTF8.self)
            throw EngineError(
                code: "workspace_busy",
                message: "an engine already runs on this workspace (pid \(pid.isEmpty ? "unknown" : pid)). "
                    + "Use `golem attach` to watch it, or stop it first.")
        }
        self.descriptor = descriptor
        let text = Array("\(getpid())\n".utf8)
        if ftruncate(descriptor, 0) != 0 || pwrite(descriptor, text, text.count, 0) != text.count {
            close(descriptor)
            throw EngineError(
                code: "disk_full",
                message: "\(path) cannot be written: \(String(cString: strerror(errno))). Free space on its disk.")
        }
    }

    deinit { close(descriptor) }
}
