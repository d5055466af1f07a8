// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// How many processes a process and its descendants are, and how much memory is resident in them.
package struct ProcessUsage: Sendable, Equatable {
    /// How many there are.
    package var processes: Int
    /// Resident memory of all of them, in bytes; shared pages count in each.
    package var residentBytes: Int64

    /// How many processes are looked at.
    private static let limit = 64

    /// Looks at `pid` and what it started; nil when there is no such process.
    ///
    /// Reads a few small files of `/proc`, which does not touch a disk.
    package static func tree(of pid: Int32) -> ProcessUsage? {
        var usage = ProcessUsage(processes: 0, residentBytes: 0)
        var open = [pid]
        while let next = open.popLast(), usage.processes < limit {
            guard let pages = residentPages(next) else { continue }
            usage.processes += 1
            usage.residentBytes += pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
            open += children(of: next)
        }
        return usage.processes > 0 ? usage : nil
    }

    private static func residentPages(_ pid: Int32) -> Int64? {
        guard let text = read("/proc/\(pid)/statm") else { return nil }
        let words = text.split(separator: " ")
        return words.count > 1 ? Int64(words[1]) : nil
    }

    private static func children(of pid: Int32) -> [Int32] {
        guard let folder = opendir("/proc/\(pid)/task") else { return [] }
        defer { closedir(folder) }
        var found: [Int32] = []
        while let entry = readdir(folder) {
            let thread = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard Int32(thread) != nil, let text = read("/proc/\(pid)/task/\(thread)/children") else { continue }
            found += text.split(separator: " ").compactMap { Int32($0) }
        }
        return found
    }

    private static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }
}
