// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// The parts of a Linux system that programs need to run, and those that are nobody's business.
enum SandboxSystemPaths {
    private static let folders = [
        "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt", "/nix/store", "/gnu/store",
    ]
    private static let secrets = [
        "/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/ssh", "/etc/ssl/private", "/etc/sudoers",
        "/etc/sudoers.d", "/etc/krb5.keytab", "/etc/NetworkManager/system-connections", "/etc/wireguard",
    ]

    /// The devices that every program may use.
    static let devices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"]

    /// What may be read, without symbolic links.
    static func readable(withNetwork: Bool) -> [String] {
        // Often a link into /run, where nothing else is to be seen.
        (folders + (withNetwork ? ["/etc/resolv.conf"] : [])).compactMap(Sandbox.resolve)
    }

    /// Those of the folders that are links, as `/bin` to `usr/bin`.
    static var links: [(path: String, target: String)] {
        folders.compactMap { path in
            var buffer = [CChar](repeating: 0, count: 4_096)
            let count = readlink(path, &buffer, buffer.count)
            guard count > 0 else { return nil }
            return (path, String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
    }

    /// Keys and password hashes of the system that this process could read.
    static var readableSecrets: [String] { secrets.filter { access($0, R_OK) == 0 } }

    /// Whether `path` is a folder.
    static func isFolder(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && clinux_is_directory(info.st_mode) != 0
    }
}
