// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The sandbox that is asked for; `SandboxMachine` makes it one that this machine can give.
package struct SandboxRequest: Sendable, Equatable {
    /// How much is kept from commands.
    package enum Profile: String, Sendable, CaseIterable {
        /// Nothing but the environment: commands can do what this process can.
        case none
        /// Some files and folders cannot be seen; everything else is as it is.
        case hide
        /// Landlock and a filter of system calls: a read-only system, a writable workspace, nothing else.
        case landlock
        /// bubblewrap: the same in namespaces of its own, which also take away other processes and the network.
        case bubblewrap
        /// bubblewrap where it works, else Landlock.
        case auto
    }

    /// How much is kept from commands.
    package var profile: Profile
    /// Whether commands run unprotected where the machine cannot give the profile.
    package var isOptional = false
    /// The folder that commands may write to, absolute; nil for none.
    package var workspace: String?
    /// Files and folders that commands may not see, absolute; also where they lie in a folder that may be seen.
    ///
    /// The workspace stays visible inside them.
    package var hidden: [String] = []
    /// Folders that may be read beside those of the system, absolute.
    package var readable: [String] = []
    /// Folders that may be written beside the workspace, absolute.
    package var writable: [String] = []
    /// Whether the network can be reached; of no effect for `none` and `hide`, which leave it open.
    package var allowsNetwork = false
    /// Bounds on what commands use.
    package var limits = SandboxLimits()

    /// Makes a request.
    package init(_ profile: Profile, workspace: String? = nil, hidden: [String] = []) {
        self.profile = profile
        self.workspace = workspace
        self.hidden = hidden
    }
}

/// Bounds on what the processes of a command use.
package struct SandboxLimits: Sendable, Equatable {
    /// A bound.
    package struct Bound: Sendable, Equatable {
        /// The most that is allowed.
        package var value: Int
        /// Whether a machine that cannot hold it refuses to run commands.
        package var isRequired: Bool

        /// Makes a bound.
        package init(_ value: Int, isRequired: Bool = true) {
            self.value = value
            self.isRequired = isRequired
        }
    }

    /// Megabytes of memory.
    ///
    /// Of all processes together where control groups can be used, else of the data of each.
    package var memoryMB: Int?
    /// Processes and threads at the same time.
    package var processes: Bound?
    /// Seconds of processor time of each process.
    package var cpuSeconds: Int?

    /// Makes no bounds.
    package init() {}
}

/// Why a sandbox that was asked for cannot be had.
package struct SandboxUnavailable: Error, Sendable, Equatable, CustomStringConvertible {
    /// A sentence with what is missing and the way out.
    package let description: String

    /// Makes an error.
    package init(description: String) { self.description = description }
}
