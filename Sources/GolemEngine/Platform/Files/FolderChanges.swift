// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// Tells whether files directly in some folders may have changed since the last question, with inotify(7).
///
/// Asking costs one system call and never waits. What happens behind a symbolic link or on another machine's side of
/// a network file system is not seen.
final class FolderChanges: Sendable {
    private static let mask = UInt32(
        IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF
            | IN_MOVE_SELF)

    private let folders: [String]
    private let descriptor: Int32

    /// Names the folders; nothing is watched before `watch`.
    init(folders: [String]) {
        self.folders = folders
        descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Watches the folders that exist; again, after one of them was made.
    ///
    /// Blocking, as far as looking up a path is.
    func watch() { for folder in folders { inotify_add_watch(descriptor, folder, Self.mask) } }

    /// Whether something may have changed since the last call; true when nothing can be watched.
    func happened() -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 8) { buffer in
            var any = false
            while true {
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                if count > 0 {
                    any = true
                } else if count < 0, errno == EINTR {
                    continue
                } else {
                    return any || (count < 0 && errno != EAGAIN)
                }
            }
        }
    }
}
