// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A command to run.
package struct SubprocessSpec: Sendable {
    /// Where the command starts.
    package enum Directory: Sendable, Equatable {
        /// The directory of this process.
        case inherited
        /// A path.
        case path(String)
        /// A path at which this very directory must be found, or the start is refused.
        case verifiedPath(String, device: UInt64, inode: UInt64)
        /// An open directory. Not together with a sandbox: it would lead around the masks.
        case descriptor(Int32)
    }

    /// A bound that the kernel sets on each process of the command.
    package struct Limit: Sendable, Equatable {
        let resource: Int32
        let value: UInt64

        /// Seconds of processor time.
        package static func cpuSeconds(_ value: UInt64) -> Limit { Limit(resource: 0, value: value) }
        /// Bytes of the largest file that it may write.
        package static func fileSize(_ value: UInt64) -> Limit { Limit(resource: 1, value: value) }
        /// Bytes of address space.
        package static func addressSpace(_ value: UInt64) -> Limit { Limit(resource: 9, value: value) }
        /// Bytes of data: the heap and other private memory that can be written.
        package static func data(_ value: UInt64) -> Limit { Limit(resource: 2, value: value) }
        /// Open descriptors.
        package static func openFiles(_ value: UInt64) -> Limit { Limit(resource: 7, value: value) }
        /// Bytes of a core dump; 0 for none.
        package static func coreSize(_ value: UInt64) -> Limit { Limit(resource: 4, value: value) }
    }

    /// A path, or a name that is looked up in the `PATH` of `environment`.
    package var executable: String
    /// The arguments without the name of the command.
    package var arguments: [String]
    /// The whole environment; nothing is inherited.
    package var environment: [String: String]
    /// Where it starts.
    package var directory: Directory = .inherited
    /// What it reads; nil is the null device.
    package var input: [UInt8]?
    /// How many first and last bytes are kept of each stream.
    package var outputHead = 32_768
    package var outputTail = 32_768
    /// After this time the command is asked to end (SIGTERM to its group).
    package var deadline: Duration?
    /// How long it may take after that, before every process of it is killed.
    package var grace: Duration = .seconds(2)
    /// How long processes that it left behind may still run after its own end, before they are killed.
    package var linger: Duration = .milliseconds(250)
    /// Bounds set by the kernel.
    package var limits: [Limit] = []
    /// What it may see, write and reach.
    package var sandbox: Sandbox = .none

    /// Makes the spec of a command with an exact environment.
    package init(executable: String, arguments: [String] = [], environment: [String: String] = [:]) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
    }
}
