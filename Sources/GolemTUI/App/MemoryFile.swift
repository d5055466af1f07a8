// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Dispatch
import Glibc

/// Where the console's memory lies; what cannot be read or written is no error, the console then starts as new.
package struct MemoryFile: Sendable {
    private static let sizeLimit = 65_536
    private static let queue = DispatchQueue(label: "golem.console.memory")

    /// Its path.
    package let path: String

    /// Makes the file at a path; nothing is touched.
    package init(path: String) { self.path = path }

    /// The file of the person whose environment this is: `$XDG_STATE_HOME/golem/console.json`, else below
    /// `$HOME/.local/state`; nil without either.
    package init?(environment: [String: String]) {
        if let folder = environment["XDG_STATE_HOME"], folder.hasPrefix("/") {
            path = folder + "/golem/console.json"
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            path = home + "/.local/state/golem/console.json"
        } else {
            return nil
        }
    }

    /// Reads the memory; blocks for one small file.
    package func read() -> ConsoleMemory {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return ConsoleMemory() }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while bytes.count < Self.sizeLimit {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return ConsoleMemory(text: String(decoding: bytes, as: UTF8.self))
    }

    /// Writes the memory soon, in the order of the calls; returns at once and fails silently.
    func save(_ memory: ConsoleMemory) {
        Self.queue.async { writeNow(memory.text) }
    }

    /// Waits until everything that was saved before is written.
    func flush() async {
        await withCheckedContinuation { continuation in Self.queue.async { continuation.resume() } }
    }

    /// The file appears whole or not at all, with mode 0600.
    private func writeNow(_ text: String) {
        makeFolders()
        let draft = "\(path).\(getpid())"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        var copy = text
        let isWritten = copy.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) == $0.count }
        close(descriptor)
        if !isWritten || rename(draft, path) != 0 { unlink(draft) }
    }

    private func makeFolders() {
        var folder = ""
        for part in path.split(separator: "/").dropLast() {
            folder += "/" + part
            mkdir(folder, 0o700)
        }
    }
}
