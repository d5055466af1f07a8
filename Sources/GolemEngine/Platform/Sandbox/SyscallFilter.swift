// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import CSeccomp
import Glibc

/// A filter of system calls (seccomp, Linux `Documentation/userspace-api/seccomp_filter.rst`), built by libseccomp.
///
/// It takes away what no command needs and what has broken sandboxes before: new namespaces and mounts, looking into
/// other processes, keys, kernel modules, io_uring. Everything else is allowed.
struct SyscallFilter: Sendable, Equatable {
    /// The instructions.
    let bytes: [UInt8]

    private struct Rule {
        var name: StaticString
        var error = EPERM
        var argument: UInt32 = 0
        var mask: UInt64 = 0
        var value: UInt64 = 0
    }

    private static let refused: [StaticString] = [
        "mount", "umount", "umount2", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick",
        "mount_setattr", "pivot_root", "chroot", "setns", "unshare", "ptrace", "process_vm_readv", "process_vm_writev",
        "process_madvise", "kcmp", "pidfd_getfd", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup",
        "io_uring_enter", "io_uring_register", "add_key", "keyctl", "request_key", "open_by_handle_at",
        "name_to_handle_at", "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot",
        "swapon", "swapoff", "syslog", "acct", "quotactl", "quotactl_fd", "uselib", "settimeofday", "clock_settime",
        "clock_adjtime", "adjtimex", "vhangup", "fanotify_init", "lookup_dcookie", "move_pages",
    ]

    /// The `CLONE_NEW…` flags (`linux/sched.h`).
    private static let namespaceFlags: [UInt64] = [
        0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000,
    ]
    /// `TIOCSTI` and `TIOCLINUX`, which type into a terminal.
    private static let typingRequests: [UInt64] = [0x5412, 0x541C]

    /// Builds the filter; with `refusesSockets` also `socket` fails, of any kind.
    ///
    /// Opens the library at first use, which may block for a moment.
    init(refusesSockets: Bool) throws(SandboxUnavailable) {
        if let reason = cseccomp_load() { throw SandboxUnavailable(description: String(cString: reason)) }
        var rules = Self.refused.map { Rule(name: $0) }
        rules += Self.namespaceFlags.map { Rule(name: "clone", mask: $0, value: $0) }
        // Its flags lie in memory, where a filter cannot look; libraries fall back to clone.
        rules.append(Rule(name: "clone3", error: ENOSYS))
        rules += Self.typingRequests.map { Rule(name: "ioctl", argument: 1, mask: 0xFFFF_FFFF, value: $0) }
        if refusesSockets { rules.append(Rule(name: "socket", error: EACCES)) }

        let file = clinux_memory_file("filter")
        guard file >= 0 else { throw Self.failed(errno) }
        defer { close(file) }
        let result = rules.map { rule in
            cseccomp_rule(
                name: UnsafeRawPointer(rule.name.utf8Start).assumingMemoryBound(to: CChar.self), error: rule.error,
                argument: rule.argument, mask: rule.mask, value: rule.value)
        }.withUnsafeBufferPointer { cseccomp_write($0.baseAddress, $0.count, file) }
        guard result == 0 else { throw Self.failed(result) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = pread(file, &buffer, buffer.count, 0)
        guard count > 0, count < buffer.count, count % MemoryLayout<clinux_filter>.size == 0 else {
            throw Self.failed(EMSGSIZE)
        }
        bytes = Array(buffer.prefix(count))
    }

    private static func failed(_ code: Int32) -> SandboxUnavailable {
        SandboxUnavailable(description: "the filter of system calls cannot be built: \(SystemError.text(of: code))")
    }
}
