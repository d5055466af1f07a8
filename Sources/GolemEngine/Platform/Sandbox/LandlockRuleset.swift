// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// Makes Landlock rulesets (Linux `Documentation/userspace-api/landlock.rst`).
///
/// Landlock cannot take away beneath a folder what it granted for the folder. So a folder that holds something hidden is
/// granted entry by entry, and itself can only be listed.
struct LandlockRuleset {
    /// What is granted beneath a path.
    struct Grant: Equatable {
        let path: String
        let access: clinux_access

        static func == (left: Grant, right: Grant) -> Bool { left.path == right.path && left.access == right.access }
    }

    /// The most entries of a folder that are granted one by one.
    private static let entryLimit = 10_000

    /// A ruleset that changes nothing but what other processes, signals and mounts can be reached.
    ///
    /// The caller closes the descriptor.
    static func scope() throws(SubprocessError) -> Int32 {
        let descriptor = clinux_landlock_scope_ruleset()
        guard descriptor >= 0 else { throw failed("landlock_create_ruleset") }
        return descriptor
    }

    /// A ruleset that allows `grants` and nothing else, and nothing of `hidden` where no grant lies deeper.
    ///
    /// All paths are resolved. The caller closes the descriptor.
    static func allowing(_ grants: [Grant], hidden: [String]) throws(SubprocessError) -> Int32 {
        let descriptor = clinux_landlock_closed_ruleset()
        guard descriptor >= 0 else { throw failed("landlock_create_ruleset") }
        do throws(SubprocessError) {
            for grant in grants { try add(grant, to: descriptor, grants: grants, hidden: hidden) }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func add(
        _ grant: Grant, to ruleset: Int32, grants: [Grant], hidden: [String]
    ) throws(SubprocessError) {
        var pending = [grant.path]
        while let path = pending.popLast() {
            // Whatever lies nearest above decides; another grant is added by itself.
            guard path == grant.path || !grants.contains(where: { $0.path == path }) else { continue }
            let nearest = hidden.filter { Sandbox.contains($0, path) }.max { $0.utf8.count < $1.utf8.count }
            if let nearest, nearest.utf8.count >= grant.path.utf8.count { continue }
            let holdsHidden = hidden.contains { $0 != path && Sandbox.contains(path, $0) }
            try allow(holdsHidden ? CLINUX_ACCESS_LIST : grant.access, beneath: path, ruleset)
            guard holdsHidden else { continue }
            for name in (try? DirectoryListing.names(at: path, limit: entryLimit)) ?? [] {
                pending.append(path == "/" ? "/\(name)" : "\(path)/\(name)")
            }
        }
    }

    private static func allow(
        _ access: clinux_access, beneath path: String, _ ruleset: Int32
    ) throws(SubprocessError) {
        let descriptor = clinux_open(path, clinux_o_path | O_NOFOLLOW | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return }  // gone meanwhile, or not ours to open: nothing to grant
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0, clinux_is_symlink(info.st_mode) == 0 else { return }
        guard clinux_landlock_grant(ruleset, descriptor, access) == 0 else { throw failed("landlock_add_rule") }
    }

    private static func failed(_ call: String) -> SubprocessError {
        let cause = SystemError.current(call)
        return SubprocessError(code: "sandbox", description: cause.description, errno: cause.errno)
    }
}
