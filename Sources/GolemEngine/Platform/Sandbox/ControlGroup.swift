// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// The control groups of one command.
struct ControlGroup: Sendable {
    let folders: [(path: String, isUnified: Bool)]

    /// The files through which a process joins.
    var joinFiles: [String] { folders.map { $0.path + "/cgroup.procs" } }

    /// What the command ran into, as sentences for people; to be asked before `remove`.
    var findings: [String] {
        var found: [String] = []
        for (path, isUnified) in folders {
            if count("oom_kill", in: path + (isUnified ? "/memory.events" : "/memory.oom_control")) > 0 {
                found.append("processes were killed because the command had used up the memory that it may have")
            }
            if count("max", in: path + "/pids.events") > 0 {
                found.append("the command had as many processes as it may have, and could not start another")
            }
        }
        return found
    }

    /// Removes the groups; what still runs in them keeps them until the next start of an engine.
    func remove() {
        for folder in folders { rmdir(folder.path) }
    }

    private func count(_ name: String, in path: String) -> Int {
        let file = clinux_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard file >= 0 else { return 0 }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let length = read(file, &buffer, buffer.count)
        guard length > 0 else { return 0 }
        for line in String(decoding: buffer.prefix(length), as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == name { return Int(words[1]) ?? 0 }
        }
        return 0
    }
}
