// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// What a command may not see or reach.
///
/// The strength depends on the machine; `Sandbox.strongest` probes it once.
package struct Sandbox: Sendable, Equatable {
    /// By what means paths are hidden.
    package enum Strength: String, Sendable, Comparable {
        /// Nothing is hidden.
        case none
        /// Landlock grants everything but what is hidden. New entries directly in a folder that holds a hidden one
        /// cannot be created.
        case landlock
        /// Hidden folders are empty in a mount namespace; the engine's `/proc` entries may lead around it.
        case namespace
        /// A mount namespace that Landlock keeps from being undone or reached around.
        case namespaceAndLandlock = "namespace+landlock"

        package static func < (left: Strength, right: Strength) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .none: 0
            case .landlock: 1
            case .namespace: 2
            case .namespaceAndLandlock: 3
            }
        }
    }

    /// By what means paths are hidden.
    package var strength: Strength
    /// Absolute paths of the files and folders to hide.
    ///
    /// Those that do not exist are skipped.
    package var hidden: [String]
    /// A folder that stays visible although it lies in a hidden one.
    package var visible: String?

    /// Hides nothing.
    package static let none = Sandbox(strength: .none, hidden: [], visible: nil)

    /// Makes a sandbox of the given strength.
    package init(strength: Strength, hidden: [String], visible: String?) {
        self.strength = strength
        self.hidden = hidden
        self.visible = visible
    }

    /// The strongest means that works on this machine, found by letting a command look for a hidden file under each.
    package static func probe() async -> Strength {
        var template = Array("/tmp/.probe-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return .none }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let file = "\(folder)/file"
        defer {
            unlink(file)
            rmdir(folder)
        }
        guard (try? AtomicFile.write(Array("visible\n".utf8), to: file, mode: 0o600)) != nil else { return .none }
        let hasLandlock = clinux_landlock_version() > 0
        let candidates: [Strength] = hasLandlock ? [.namespaceAndLandlock, .landlock] : [.namespace]
        for strength in candidates {
            var spec = SubprocessSpec(executable: "/bin/sh", arguments: ["-c", "! read line < \(file) 2>/dev/null"])
            spec.sandbox = Sandbox(strength: strength, hidden: [folder], visible: nil)
            spec.deadline = .seconds(5)
            if let result = try? await Subprocess.run(spec), result.termination == .exited(0) { return strength }
        }
        return .none
    }

    /// Makes the Landlock ruleset of this sandbox, or nil when it uses none.
    ///
    /// The caller closes it.
    func ruleset() throws(SubprocessError) -> Int32? {
        let descriptor: Int32
        switch strength {
        case .none, .namespace: return nil
        case .namespaceAndLandlock:
            descriptor = clinux_landlock_scope_ruleset()
        case .landlock:
            descriptor = clinux_landlock_closed_ruleset()
            guard descriptor >= 0 else { break }
            do throws(SubprocessError) {
                try grantVisible(descriptor)
            } catch {
                close(descriptor)
                throw error
            }
        }
        guard descriptor >= 0 else { throw Self.failed("landlock_create_ruleset") }
        return descriptor
    }

    /// Landlock cannot take away what it granted above: so everything is granted that is not hidden and holds nothing
    /// hidden, and the folders on the way can only be listed.
    private func grantVisible(_ ruleset: Int32) throws(SubprocessError) {
        let hidden = resolvedHidden
        let shown = visible.flatMap(Self.resolve)
        var pending = ["/"]
        while let path = pending.popLast() {
            let nearest = (hidden + (shown.map { [$0] } ?? []))
                .filter { Self.contains($0, path) }
                .max { $0.utf8.count < $1.utf8.count }
            let isVisible = nearest == nil || nearest == shown
            let holdsHidden = hidden.contains { $0 != path && Self.contains(path, $0) }
            let holdsShown = shown.map { $0 != path && Self.contains(path, $0) } ?? false
            if isVisible { try grant(ruleset, path, listOnly: holdsHidden) }
            guard isVisible ? holdsHidden : holdsShown else { continue }
            for name in (try? DirectoryListing.names(at: path, limit: 10_000)) ?? [] {
                pending.append(path == "/" ? "/\(name)" : "\(path)/\(name)")
            }
        }
    }

    private func grant(_ ruleset: Int32, _ path: String, listOnly: Bool) throws(SubprocessError) {
        let descriptor = clinux_open(path, clinux_o_path | O_NOFOLLOW | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return }  // gone meanwhile, or not ours to open: nothing to grant
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0, clinux_is_symlink(info.st_mode) == 0 else { return }
        guard clinux_landlock_grant(ruleset, descriptor, listOnly ? 1 : 0) == 0 else {
            throw Self.failed("landlock_add_rule")
        }
    }

    private static func contains(_ folder: String, _ path: String) -> Bool {
        folder == "/" || path == folder || path.hasPrefix(folder + "/")
    }

    /// The hidden paths as the kernel knows them, outermost first.
    var resolvedHidden: [String] {
        hidden.compactMap(Self.resolve).sorted { $0.utf8.count < $1.utf8.count }
    }

    /// The path without symbolic links, or nil when nothing is there.
    static func resolve(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    private static func failed(_ call: String) -> SubprocessError {
        let cause = SystemError.current(call)
        return SubprocessError(code: "sandbox", description: cause.description, errno: cause.errno)
    }
}
