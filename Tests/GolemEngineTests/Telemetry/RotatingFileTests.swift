// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import Testing

@testable import GolemEngine

@Suite struct RotatingFileTests {
    private func line(_ number: Int, length: Int = 100) -> [UInt8] {
        let start = "line \(number) "
        return Array((start + String(repeating: "x", count: length - start.count - 1) + "\n").utf8)
    }

    @Test func `Files are rotated by size, in whole lines, and no more are kept than allowed`() throws {
        let scratch = Scratch()
        // Left by a run with a larger limit.
        for number in 3...5 { scratch.write("log.\(number)", "old") }
        var file = RotatingFile(path: scratch.at("log"), sizeLimit: 4_096, fileLimit: 2)
        for number in 0..<200 { try file.append(line(number)) }
        #expect(Scratch.names(scratch.path) == ["log", "log.1", "log.2"])
        var expected = 199
        for name in ["log", "log.1", "log.2"] {
            let text = try #require(scratch.read(name))
            #expect(text.utf8.count <= 4_096)
            #expect(scratch.mode(name) == 0o600)
            for row in text.split(separator: "\n").reversed() {
                #expect(row.hasPrefix("line \(expected) "))
                expected -= 1
            }
        }
    }

    @Test func `A batch larger than a file is spread over files`() throws {
        let scratch = Scratch()
        var file = RotatingFile(path: scratch.at("log"), sizeLimit: 4_096, fileLimit: 9)
        try file.append((0..<100).flatMap { line($0) })
        let names = ["log.2", "log.1", "log"]
        #expect(Scratch.names(scratch.path) == names.reversed())
        let all = names.compactMap { scratch.read($0) }.joined()
        #expect(Array(all.utf8) == (0..<100).flatMap { line($0) })
        // A line that fits into no file is written all the same, and does not end in a loop.
        try file.append(line(100, length: 10_000))
        try file.append(line(101))
        #expect(scratch.read("log.1")?.utf8.count == 10_000)
        #expect(scratch.read("log")?.hasPrefix("line 101 ") == true)
    }

    @Test func `A file that was moved away gets a successor`() throws {
        let scratch = Scratch()
        var file = RotatingFile(path: scratch.at("log"), sizeLimit: 4_096, fileLimit: 2)
        try file.append(line(0))
        rename(scratch.at("log"), scratch.at("moved"))
        try file.append(line(1))
        #expect(!scratch.exists("log"), "until it is told, it goes on with the file that it has open")
        file.reopen()
        try file.append(line(2))
        #expect(scratch.read("moved")?.split(separator: "\n").count == 2)
        #expect(scratch.read("log")?.hasPrefix("line 2 ") == true)
    }

    @Test func `A file or folder that was removed is made again`() throws {
        let scratch = Scratch()
        var file = RotatingFile(path: scratch.at("logs/deep/log"), sizeLimit: 4_096, fileLimit: 2)
        try file.append(line(0))
        #expect(scratch.mode("logs/deep") == 0o700)
        unlink(scratch.at("logs/deep/log"))
        rmdir(scratch.at("logs/deep"))
        try file.append(line(1))
        #expect(scratch.read("logs/deep/log")?.hasPrefix("line 1 ") == true)
    }

    @Test func `A full disk is an error, and later lines go on`() throws {
        var full = RotatingFile(path: "/dev/full", sizeLimit: 4_096, fileLimit: 2)
        for _ in 0..<3 {
            do throws(SystemError) {
                try full.append(line(0))
                Issue.record("nothing was written to a full disk")
            } catch {
                #expect(error.errno == ENOSPC)
            }
        }
        let scratch = Scratch()
        scratch.write("logs", "in the way")
        var file = RotatingFile(path: scratch.at("logs/log"), sizeLimit: 4_096, fileLimit: 2)
        #expect(throws: SystemError.self) { try file.append(line(0)) }
        unlink(scratch.at("logs"))
        try file.append(line(1))
        #expect(scratch.read("logs/log")?.hasPrefix("line 1 ") == true)
    }
}
