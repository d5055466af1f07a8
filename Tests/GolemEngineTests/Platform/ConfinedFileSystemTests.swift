// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import GolemEngine
import Synchronization
import Testing

/// A workspace with a state folder, next to a folder that must stay untouched.
private struct Rooms {
    let scratch = Scratch()
    let files: ConfinedFileSystem

    init() throws {
        for name in ["ws", "ws/state", "ws/sub", "outside"] { scratch.makeDirectory(name) }
        scratch.write("ws/a.txt", "inside")
        scratch.write("ws/state/approvals.json", "secret")
        scratch.write("outside/secret.txt", "secret")
        scratch.write("config.json", "secret")
        files = try ConfinedFileSystem(root: scratch.at("ws"), protected: ["state", scratch.at("config.json")])
    }

    func text(_ path: String) throws(FileAccessError) -> String {
        String(decoding: try files.read(path, limit: 1_000).bytes, as: UTF8.self)
    }

    /// The code with which each operation on the path is refused.
    func codes(_ path: String) -> Set<String> {
        var codes: Set<String> = []
        func collect(_ body: () throws(FileAccessError) -> Void) {
            do throws(FileAccessError) {
                try body()
                codes.insert("allowed")
            } catch { codes.insert(error.code) }
        }
        collect { () throws(FileAccessError) in _ = try files.read(path, limit: 10) }
        collect { () throws(FileAccessError) in try files.write(path, [1]) }
        collect { () throws(FileAccessError) in try files.append(path, [1]) }
        collect { () throws(FileAccessError) in _ = try files.list(path, limit: 10) }
        collect { () throws(FileAccessError) in try files.makeDirectory(path + "/new") }
        collect { () throws(FileAccessError) in _ = try files.status(path) }
        return codes
    }
}

@Suite struct ConfinedFileSystemTests {
    @Test func `Relative and absolute paths inside lead to the same file`() throws {
        let rooms = try Rooms()
        rooms.scratch.link("alias", to: rooms.scratch.at("ws"))
        let throughAlias = try ConfinedFileSystem(root: rooms.scratch.at("alias"), protected: [])
        for path in ["a.txt", "./a.txt", "sub/../a.txt", "sub//..//a.txt", rooms.scratch.at("ws/a.txt")] {
            #expect(try rooms.text(path) == "inside")
        }
        for path in [rooms.scratch.at("ws/a.txt"), rooms.scratch.at("alias/a.txt"), "a.txt"] {
            #expect(try throughAlias.read(path, limit: 10).bytes == Array("inside".utf8))
        }
    }

    @Test(arguments: [
        "..", "../outside/secret.txt", "sub/../../outside/secret.txt", "/etc/passwd", "/", "sub/../..",
        "../ws/../outside/secret.txt",
    ])
    func `A path out of the root is refused for every operation`(path: String) throws {
        let rooms = try Rooms()
        #expect(rooms.codes(path) == ["file.outside"])
        #expect(Scratch.names(rooms.scratch.at("outside")) == ["secret.txt"])
    }

    @Test func `Links inside are followed and links out are refused`() throws {
        let rooms = try Rooms()
        rooms.scratch.link("ws/in", to: "a.txt")
        rooms.scratch.link("ws/sub/up", to: "../a.txt")
        rooms.scratch.link("ws/absolute", to: rooms.scratch.at("ws/a.txt"))
        rooms.scratch.link("ws/out", to: "../outside")
        rooms.scratch.link("ws/far", to: rooms.scratch.at("outside"))
        rooms.scratch.link("ws/chain", to: "out")
        rooms.scratch.link("ws/loop", to: "loop")
        rooms.scratch.link("ws/new", to: "sub/made.txt")
        for path in ["in", "sub/up", "absolute"] { #expect(try rooms.text(path) == "inside") }
        for path in ["out", "far", "chain", "out/secret.txt", "far/secret.txt", "chain/new.txt"] {
            #expect(rooms.codes(path) == ["file.outside"], "\(path)")
        }
        #expect(rooms.codes("loop") == ["file.too_many_links"])
        try rooms.files.write("new", Array("made".utf8))
        #expect(rooms.scratch.read("ws/sub/made.txt") == "made")
        #expect(Scratch.names(rooms.scratch.at("outside")) == ["secret.txt"])
    }

    @Test func `F49 the state folder is out of reach under every name`() throws {
        let rooms = try Rooms()
        rooms.scratch.link("ws/s", to: "state")
        rooms.scratch.link("ws/absolute", to: rooms.scratch.at("ws/state"))
        rooms.scratch.link("ws/sub/f", to: "../state/approvals.json")
        let paths = [
            "state", "state/", "./state", "sub/../state", "State", "STATE/approvals.json", "state/approvals.json", "s",
            "s/approvals.json", "absolute/approvals.json", "sub/f", "state/../state/new", "state/..",
            rooms.scratch.at("ws/state/approvals.json"),
        ]
        for path in paths { #expect(rooms.codes(path) == ["file.protected"], "\(path)") }
        #expect(Scratch.names(rooms.scratch.at("ws/state")) == ["approvals.json"])
        #expect(rooms.scratch.read("ws/state/approvals.json") == "secret")
    }

    @Test func `F49 a second name of a protected file and a moved state folder are out of reach`() throws {
        let rooms = try Rooms()
        #expect(link(rooms.scratch.at("ws/state/approvals.json"), rooms.scratch.at("ws/hard")) == 0)
        #expect(link(rooms.scratch.at("config.json"), rooms.scratch.at("ws/hardconfig")) == 0)
        for path in ["hard", "hardconfig"] {
            #expect(throws: FileAccessError.self) { try rooms.text(path) }
            #expect(throws: FileAccessError.self) { try rooms.files.append(path, [1]) }
        }
        #expect(link(rooms.scratch.at("ws/a.txt"), rooms.scratch.at("ws/b.txt")) == 0)
        #expect(try rooms.text("b.txt") == "inside")
        #expect(rename(rooms.scratch.at("ws/state"), rooms.scratch.at("ws/moved")) == 0)
        #expect(rooms.codes("moved/approvals.json") == ["file.protected"])
    }

    @Test func `F49 a state folder that does not exist yet cannot be made`() throws {
        let scratch = Scratch()
        let files = try ConfinedFileSystem(root: scratch.path, protected: ["state"])
        #expect(throws: FileAccessError.self) { try files.write("state/golem.db", [1]) }
        #expect(throws: FileAccessError.self) { try files.makeDirectory("STATE/x") }
        #expect(Scratch.names(scratch.path) == [])
    }

    @Test func `No race with a folder that is swapped for a link leads out`() async throws {
        let rooms = try Rooms()
        rooms.scratch.makeDirectory("ws/d")
        rooms.scratch.write("ws/d/secret.txt", "inside")
        rooms.scratch.link("ws/e", to: "../outside")
        rooms.scratch.link("ws/f", to: "state")
        rooms.scratch.write("ws/d/approvals.json", "inside")
        let (d, e, f) = (rooms.scratch.at("ws/d"), rooms.scratch.at("ws/e"), rooms.scratch.at("ws/f"))
        let isDone = Atomic(false)
        let swapper = BlockingQueue(name: "swapper")
        async let swapped = swapper.run { () -> Int in
            var count = 0
            while !isDone.load(ordering: .relaxed) {
                if clinux_rename_exchange(d, count % 4 < 2 ? e : f) == 0 { count += 1 }
            }
            if count % 2 == 1 { _ = clinux_rename_exchange(d, count % 4 < 2 ? e : f) }
            return count
        }
        var reads = 0
        var refusals = 0
        for _ in 0..<3_000 {
            for path in ["d/secret.txt", "d/approvals.json"] {
                if let text = try? rooms.text(path) {
                    #expect(text != "secret")
                    reads += 1
                } else {
                    refusals += 1
                }
            }
            try? rooms.files.write("d/w", [2])
            try? rooms.files.append("d/v", [3])
            _ = try? rooms.files.makeDirectory("d/made")
            if let names = try? rooms.files.list("d", limit: 10).names { #expect(names.contains("secret.txt")) }
        }
        isDone.store(true, ordering: .relaxed)
        #expect(await swapped > 100)
        #expect(reads > 0)
        #expect(refusals > 0)
        #expect(Scratch.names(rooms.scratch.at("outside")) == ["secret.txt"])
    }

    @Test func `Reading is bounded and says so`() throws {
        let rooms = try Rooms()
        rooms.scratch.write("ws/long", String(repeating: "x", count: 100_000))
        let part = try rooms.files.read("long", limit: 10)
        #expect(part.bytes.count == 10)
        #expect(part.size == 100_000)
        #expect(part.isTruncated)
        let whole = try rooms.files.read("long", limit: 100_000)
        #expect(whole.bytes.count == 100_000)
        #expect(!whole.isTruncated)
        rooms.scratch.write("ws/binary", "a\0b")
        #expect(try rooms.files.read("binary", limit: 10).isBinary)
        #expect(!part.isBinary)
    }

    @Test func `Pipes, devices and folders are not read or written as files`() throws {
        let rooms = try Rooms()
        #expect(mkfifo(rooms.scratch.at("ws/fifo"), 0o600) == 0)
        for path in ["fifo", "sub", "."] {
            #expect(throws: FileAccessError.self) { try rooms.text(path) }
            #expect(throws: FileAccessError.self) { try rooms.files.append(path, [1]) }
            #expect(throws: FileAccessError.self) { try rooms.files.write(path, [1]) }
        }
    }

    @Test func `Writing makes parents, keeps the mode and leaves no temporary file`() throws {
        let rooms = try Rooms()
        try rooms.files.write("x/y/z.txt", Array("1".utf8))
        #expect(rooms.scratch.read("ws/x/y/z.txt") == "1")
        #expect(rooms.scratch.mode("ws/x/y/z.txt") == 0o644)
        rooms.scratch.write("ws/run.sh", "old", mode: 0o755)
        try rooms.files.write("run.sh", Array("new".utf8))
        #expect(rooms.scratch.mode("ws/run.sh") == 0o755)
        try rooms.files.append("x/log", Array("a".utf8))
        try rooms.files.append("x/log", Array("b".utf8))
        #expect(rooms.scratch.read("ws/x/log") == "ab")
        #expect(Scratch.names(rooms.scratch.at("ws/x")) == ["log", "y"])
    }

    @Test func `A listing is sorted, marks folders and is bounded`() throws {
        let rooms = try Rooms()
        #expect(try rooms.files.list(".", limit: 10).names == ["a.txt", "state/", "sub/"])
        #expect(try rooms.files.list("sub", limit: 10).names == [])
        let part = try rooms.files.list(rooms.scratch.at("ws"), limit: 2)
        #expect(part.names == ["a.txt", "state/"])
        #expect(part.isTruncated)
    }

    @Test func `What is missing, too long or malformed has its own error`() throws {
        let rooms = try Rooms()
        func code(_ path: String) -> String? {
            do throws(FileAccessError) {
                _ = try rooms.text(path)
                return nil
            } catch { return error.code }
        }
        #expect(code("missing") == "file.not_found")
        #expect(code("missing/deeper") == "file.not_found")
        #expect(code("a.txt/x") == "file.not_a_directory")
        #expect(code("") == "file.invalid_path")
        #expect(code("a\0b") == "file.invalid_path")
        #expect(code(String(repeating: "a/", count: 3_000)) == "file.invalid_path")
        #expect(code(String(repeating: "n", count: 300)) == "file.system")
        #expect(try rooms.files.status("missing/deeper") == nil)
        #expect(try rooms.files.status("sub/../a.txt")?.path == "a.txt")
    }
}
