// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// The number of files and sockets that the process may have open.
enum DescriptorLimit {
    /// Raises the soft limit to the hard one: thousands of waiting chats need a socket each.
    static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(7), &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        setrlimit(__rlimit_resource_t(7), &limit)
    }
}
