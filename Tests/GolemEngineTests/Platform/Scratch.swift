// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// A directory of a test, removed with it.
final class Scratch: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/golem-test-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? "/nonexistent"
        }
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        guard info.st_mode & S_IFMT == S_IFDIR else {
            unlink(path)
            return
        }
        chmod(path, 0o700)
        for name in names(path) { remove("\(path)/\(name)") }
        rmdir(path)
    }

    /// A path inside.
    func at(_ name: String) -> String { "\(path)/\(name)" }

    func makeDirectory(_ name: String) { mkdir(at(name), 0o755) }

    func write(_ name: String, _ text: String, mode: mode_t = 0o644) {
        let file = clinux_open(at(name), O_WRONLY | O_CREAT | O_TRUNC, mode)
        let bytes = Array(text.utf8)
        _ = Glibc.write(file, bytes, bytes.count)
        close(file)
    }

    /// The text of a file, or nil when there is none.
    func read(_ name: String) -> String? { Self.text(at(name)) }

    func exists(_ name: String) -> Bool { access(at(name), F_OK) == 0 }

    func link(_ name: String, to target: String) { symlink(target, at(name)) }

    func mode(_ name: String) -> mode_t {
        var info = stat()
        return lstat(at(name), &info) == 0 ? info.st_mode & 0o7777 : 0
    }

    static func text(_ path: String) -> String? {
        let file = clinux_open(path, O_RDONLY, 0)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = Glibc.read(file, &buffer, buffer.count), count > 0 { result += buffer[..<count] }
        return String(decoding: result, as: UTF8.self)
    }

    static func names(_ path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var result: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { result.append(name) }
        }
        return result.sorted()
    }
}

/// Processes of the machine, found by a word of their command line.
enum Processes {
    static func matching(_ word: String) -> [String] {
        Scratch.names("/proc").filter { $0.allSatisfy(\.isNumber) }
            .filter { Scratch.text("/proc/\($0)/cmdline")?.contains(word) ?? false }
            .filter { Scratch.text("/proc/\($0)/stat")?.contains(") Z ") == false }
    }

    /// A number that occurs in no other command line: `sleep` takes it as a very long time.
    static func uniqueSeconds() -> String { "\(UInt32.random(in: 10_000_000...99_999_999))" }
}

/// Waits until something is true; false after `seconds`.
func eventually(within seconds: Int = 10, _ condition: () -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while !condition() {
        guard ContinuousClock.now < end else { return false }
        await Task.yield()
    }
    return true
}
