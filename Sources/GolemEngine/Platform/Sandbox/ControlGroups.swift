// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import Synchronization

/// The places below which control groups can be made, each with the controllers that work there.
///
/// Linux `Documentation/admin-guide/cgroup-v2.rst`; the older `cgroup-v1` is used where it has the controllers. A
/// service of systemd needs `Delegate=yes` and `DelegateSubgroup=` for it.
struct ControlGroups: Sendable, Equatable {
    /// What is bounded.
    enum Controller: String, Sendable { case memory, pids }

    private struct Place: Sendable, Equatable {
        let folder: String
        let isUnified: Bool
        let controllers: [Controller]
    }

    private static let counter = Atomic<Int>(0)

    private let places: [Place]
    /// Bytes of memory of all processes together.
    var memoryBytes: Int?
    /// Processes and threads at the same time.
    var processes: Int?

    /// Finds the places; blocks for a few small files.
    static func find() -> ControlGroups {
        guard let groups = read("/proc/self/cgroup"), let mounts = read("/proc/self/mountinfo") else {
            return ControlGroups(places: [])
        }
        var places: [Place] = []
        var missing: [Controller] = [.memory, .pids]
        for line in groups.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, !missing.isEmpty else { continue }
            let isUnified = parts[1].isEmpty
            let wanted =
                isUnified ? missing : missing.filter { parts[1].split(separator: ",").contains(Substring($0.rawValue)) }
            guard !wanted.isEmpty, let root = mountPoint(of: isUnified ? nil : wanted[0], mounts) else { continue }
            let own = root + (parts[2] == "/" ? "" : parts[2])
            // A group with processes cannot give controllers to groups in it, but for the outermost.
            let candidates = isUnified && own != root ? [parent(of: own), own] : [own]
            for folder in candidates {
                let working = working(wanted, in: folder, isUnified: isUnified)
                guard !working.isEmpty else { continue }
                places.append(Place(folder: folder, isUnified: isUnified, controllers: working))
                missing.removeAll { working.contains($0) }
                sweep(folder)
                break
            }
        }
        return ControlGroups(places: places)
    }

    /// Whether the controller can be used.
    func has(_ controller: Controller) -> Bool { places.contains { $0.controllers.contains(controller) } }

    /// Makes the groups of one command.
    func make() throws(SystemError) -> ControlGroup {
        let number = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        let group = ControlGroup(
            folders: places.map { (path: "\($0.folder)/golem-\(getpid())-\(number)", isUnified: $0.isUnified) })
        do throws(SystemError) {
            for (place, folder) in zip(places, group.folders) {
                guard mkdir(folder.path, 0o755) == 0 else { throw .current("mkdir", path: folder.path) }
                if let memoryBytes, place.controllers.contains(.memory) {
                    try Self.write(
                        memoryBytes, to: folder.path + (place.isUnified ? "/memory.max" : "/memory.limit_in_bytes"))
                    // Not every kernel counts what is swapped out.
                    let swap = place.isUnified ? ("/memory.swap.max", 0) : ("/memory.memsw.limit_in_bytes", memoryBytes)
                    try? Self.write(swap.1, to: folder.path + swap.0)
                }
                if let processes, place.controllers.contains(.pids) {
                    try Self.write(processes, to: folder.path + "/pids.max")
                }
            }
        } catch {
            group.remove()
            throw error
        }
        return group
    }

    /// Those of `wanted` that a group made in `folder` has.
    private static func working(_ wanted: [Controller], in folder: String, isUnified: Bool) -> [Controller] {
        guard access(folder, W_OK) == 0 else { return [] }
        if isUnified {
            for controller in wanted { try? write("+\(controller.rawValue)", to: folder + "/cgroup.subtree_control") }
        }
        let probe = "\(folder)/golem-\(getpid())-probe"
        guard mkdir(probe, 0o755) == 0 || errno == EEXIST else { return [] }
        defer { rmdir(probe) }
        return wanted.filter { controller in
            let file = controller == .pids ? "pids.max" : isUnified ? "memory.max" : "memory.limit_in_bytes"
            return access("\(probe)/\(file)", W_OK) == 0
        }
    }

    /// Removes what engines left behind that were killed.
    private static func sweep(_ folder: String) {
        for name in (try? DirectoryListing.names(at: folder, limit: 10_000)) ?? [] where name.hasPrefix("golem-") {
            guard let pid = Int32(name.dropFirst(6).prefix { $0 != "-" }), kill(pid, 0) != 0, errno == ESRCH else {
                continue
            }
            rmdir("\(folder)/\(name)")
        }
    }

    /// Where a hierarchy is mounted: that of a controller, or the unified one.
    private static func mountPoint(of controller: Controller?, _ mounts: String) -> String? {
        for line in mounts.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let dash = words.firstIndex(of: "-"), words.count > dash + 3, dash > 4, words[3] == "/" else {
                continue
            }
            if let controller {
                guard words[dash + 1] == "cgroup",
                    words[dash + 3].split(separator: ",").contains(Substring(controller.rawValue))
                else { continue }
            } else {
                guard words[dash + 1] == "cgroup2" else { continue }
            }
            return String(words[4])
        }
        return nil
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
    }

    private static func read(_ path: String) -> String? {
        let file = clinux_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < 1 << 20 {
            let count = Glibc.read(file, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func write(_ number: Int, to path: String) throws(SystemError) {
        try write(String(number), to: path)
    }

    private static func write(_ text: String, to path: String) throws(SystemError) {
        guard clinux_write_text(path, text) == 0 else { throw .current("write", path: path) }
    }
}
