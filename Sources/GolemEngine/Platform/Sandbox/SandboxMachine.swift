// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import Synchronization

/// Makes sandboxes that this machine can give, after it has tried that they hold.
///
/// What works is remembered; what does not is tried again each time. For any task.
package final class SandboxMachine: Sendable {
    /// The version of Landlock from which on files can be kept from being cut short.
    private static let landlockVersion = 3

    private let programFolders: [String]
    private let known = Mutex<[(request: SandboxRequest, sandbox: Sandbox)]>([])

    /// Makes a machine of which nothing is known yet; `bwrap` is looked for in the folders.
    package init(programFolders: [String] = ["/usr/bin", "/usr/local/bin", "/bin"]) {
        self.programFolders = programFolders
    }

    /// The sandbox for a request.
    ///
    /// Throws when it cannot be had, unless the request is optional. Takes some milliseconds the first time.
    package func sandbox(for request: SandboxRequest) async throws(SandboxUnavailable) -> Sandbox {
        if let sandbox = known.withLock({ known in known.first { $0.request == request }?.sandbox }) { return sandbox }
        var sandbox: Sandbox
        do throws(SandboxUnavailable) {
            sandbox = try await make(request)
        } catch {
            guard request.isOptional else { throw error }
            sandbox = .none
            sandbox.summary = "none: \(error.description)"
            return sandbox
        }
        // A cancelled trial proves nothing.
        if !Task.isCancelled { known.withLock { $0.append((request, sandbox)) } }
        return sandbox
    }

    private func make(_ request: SandboxRequest) async throws(SandboxUnavailable) -> Sandbox {
        switch request.profile {
        case .none: return try limited(.none, request)
        case .hide: return try await hiding(request)
        case .landlock: return try await landlock(request)
        case .bubblewrap: return try await bubblewrap(request)
        case .auto:
            let first: SandboxUnavailable
            do throws(SandboxUnavailable) { return try await bubblewrap(request) } catch { first = error }
            do throws(SandboxUnavailable) {
                return try await landlock(request)
            } catch {
                throw SandboxUnavailable(description: "\(first); \(error)")
            }
        }
    }

    private func hiding(_ request: SandboxRequest) async throws(SandboxUnavailable) -> Sandbox {
        for strength in HidingStrength.allCases where strength == .namespace || clinux_landlock_version() > 0 {
            var sandbox = Sandbox(request)
            sandbox.means = .hiding(strength)
            sandbox.allowsNetwork = true
            sandbox.summary = "hide (\(strength.rawValue))"
            sandbox = try limited(sandbox, request)
            if await SandboxTrial.failure(of: sandbox) == nil { return sandbox }
        }
        throw SandboxUnavailable(
            description: "this machine offers neither user namespaces nor Landlock, so the server's own files cannot "
                + "be hidden; the profile none runs commands unprotected")
    }

    private func landlock(_ request: SandboxRequest) async throws(SandboxUnavailable) -> Sandbox {
        let version = clinux_landlock_version()
        guard version >= Self.landlockVersion else {
            throw SandboxUnavailable(
                description: version == 0
                    ? "the kernel has no Landlock, or it is not switched on (lsm=landlock)"
                    : "the kernel's Landlock is version \(version); version \(Self.landlockVersion) (Linux 6.2) is needed"
            )
        }
        let filter = try SyscallFilter(refusesSockets: !request.allowsNetwork)
        var sandbox = Sandbox(request)
        sandbox.hidden += SandboxSystemPaths.readableSecrets
        sandbox.means = .landlock(filter, covers: true)
        sandbox.summary = "landlock \(version) + namespace + seccomp, \(Self.network(request))"
        let covering = try limited(sandbox, request)
        if await SandboxTrial.failure(of: covering) == nil { return covering }
        sandbox.means = .landlock(filter, covers: false)
        sandbox.summary =
            "landlock \(version) + seccomp, \(Self.network(request)), no new files beside hidden ones"
        return try await tried(try limited(sandbox, request))
    }

    private func bubblewrap(_ request: SandboxRequest) async throws(SandboxUnavailable) -> Sandbox {
        let places = programFolders.map { "\($0)/bwrap" as String }
        guard let program = places.first(where: { (path: String) in access(path, X_OK) == 0 }) else {
            throw SandboxUnavailable(description: "bwrap is missing; install the package bubblewrap")
        }
        let version = try? await Subprocess.run(SubprocessSpec(executable: program, arguments: ["--version"]))
        let name = version?.output.text.trimmed.replacing("\n", with: " ") ?? "bubblewrap"
        var sandbox = Sandbox(request)
        sandbox.means = .bubblewrap(program: program, try SyscallFilter(refusesSockets: false))
        sandbox.hidden += SandboxSystemPaths.readableSecrets
        sandbox.summary = "\(name) + seccomp, \(Self.network(request))"
        return try await tried(try limited(sandbox, request))
    }

    private func tried(_ sandbox: Sandbox) async throws(SandboxUnavailable) -> Sandbox {
        guard let failure = await SandboxTrial.failure(of: sandbox) else { return sandbox }
        throw SandboxUnavailable(description: "\(sandbox.summary) does not work on this machine: \(failure)")
    }

    private static func network(_ request: SandboxRequest) -> String {
        request.allowsNetwork ? "network" : "no network"
    }

    /// The sandbox with the request's bounds.
    private func limited(_ sandbox: Sandbox, _ request: SandboxRequest) throws(SandboxUnavailable) -> Sandbox {
        var sandbox = sandbox
        let limits = request.limits
        let needsGroups = limits.memoryMB != nil || limits.processes != nil
        var groups = needsGroups ? ControlGroups.find() : nil
        if let megabytes = limits.memoryMB {
            if groups?.has(.memory) == true {
                groups?.memoryBytes = megabytes << 20
                sandbox.summary += ", \(megabytes) MB"
            } else {
                sandbox.limits.append(.data(UInt64(megabytes) << 20))
                sandbox.summary += ", \(megabytes) MB a process"
            }
        }
        if let processes = limits.processes {
            if groups?.has(.pids) == true {
                groups?.processes = processes.value
                sandbox.summary += ", \(processes.value) processes"
            } else if case .bubblewrap = sandbox.means, geteuid() != 0 {
                sandbox.innerProcesses = processes.value
                sandbox.summary += ", \(processes.value) processes"
            } else if processes.isRequired {
                throw SandboxUnavailable(
                    description: "the number of processes cannot be bounded: no control group can be made here "
                        + "(systemd: Delegate=yes and DelegateSubgroup=golem), and only bubblewrap without root can do "
                        + "without")
            }
        }
        if let seconds = limits.cpuSeconds {
            sandbox.limits.append(.cpuSeconds(UInt64(seconds)))
            sandbox.summary += ", \(seconds) s of processor a process"
        }
        sandbox.groups = groups.flatMap { $0.memoryBytes != nil || $0.processes != nil ? $0 : nil }
        return sandbox
    }
}

extension Sandbox {
    fileprivate init(_ request: SandboxRequest) {
        self.init()
        hidden = request.hidden
        workspace = request.workspace
        readable = request.readable
        writable = request.writable
        allowsNetwork = request.allowsNetwork
    }
}
