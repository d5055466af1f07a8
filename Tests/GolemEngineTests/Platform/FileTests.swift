// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import GolemEngine
import Testing

@Suite struct AtomicFileTests {
    @Test func `A file is replaced as a whole with the given mode`() throws {
        let scratch = Scratch()
        scratch.write("f", "old old old", mode: 0o644)
        try AtomicFile.write(Array("new".utf8), to: scratch.at("f"), mode: 0o600)
        #expect(scratch.read("f") == "new")
        #expect(scratch.mode("f") == 0o600)
        #expect(Scratch.names(scratch.path) == ["f"])
    }

    @Test func `A full disk leaves the old file and no temporary one`() throws {
        // /dev/shm-like file systems of a fixed size need privileges; the command below says whether it got one.
        let scratch = Scratch()
        guard mount("tmpfs", scratch.path, "tmpfs", 0, "size=64k") == 0 else { return }
        defer { umount2(scratch.path, Int32(MNT_DETACH)) }
        scratch.write("f", "old")
        let error = #expect(throws: SystemError.self) {
            try AtomicFile.write([UInt8](repeating: 1, count: 1_000_000), to: scratch.at("f"), mode: 0o600)
        }
        #expect(error?.errno == ENOSPC)
        #expect(scratch.read("f") == "old")
        #expect(Scratch.names(scratch.path) == ["f"])
        let files = try ConfinedFileSystem(root: scratch.path, protected: [])
        #expect(throws: FileAccessError.self) { try files.append("f", [UInt8](repeating: 1, count: 1_000_000)) }
        #expect(scratch.read("f") == "old")
    }

    @Test func `A folder in the way is an error that leaves nothing behind`() throws {
        let scratch = Scratch()
        scratch.makeDirectory("d")
        #expect(throws: SystemError.self) { try AtomicFile.write([1], to: scratch.at("d"), mode: 0o600) }
        #expect(throws: SystemError.self) { try AtomicFile.write([1], to: scratch.at("no/f"), mode: 0o600) }
        #expect(Scratch.names(scratch.path) == ["d"])
    }

    @Test func `The room on a file system is known`() throws {
        let space = try DiskSpace(at: "/tmp")
        #expect(space.total >= space.available)
        #expect(throws: SystemError.self) { try DiskSpace(at: "/no/such/place") }
    }
}

@Suite struct FileLockTests {
    @Test func `The second taker is told who holds the lock, until it is given back`() throws {
        let scratch = Scratch()
        let first = try FileLock(path: scratch.at("lock"))
        let error = #expect(throws: FileLockError.self) { try FileLock(path: scratch.at("lock")) }
        #expect(error?.code == "lock.held")
        #expect(error?.holder == getpid())
        first.release()
        #expect(scratch.exists("lock"))
        _ = try FileLock(path: scratch.at("lock"))
    }

    @Test func `A command that was started meanwhile does not keep the lock`() async throws {
        let scratch = Scratch()
        let lock = try FileLock(path: scratch.at("lock"))
        let seconds = Processes.uniqueSeconds()
        var spec = SubprocessSpec(executable: "/bin/sleep", arguments: [seconds])
        spec.deadline = .seconds(30)
        let command = spec
        let running = Task { try await Subprocess.run(command) }
        #expect(await eventually { !Processes.matching(seconds).isEmpty })
        lock.release()
        _ = try FileLock(path: scratch.at("lock"))
        running.cancel()
        _ = try await running.value
    }

    @Test func `A link in place of the lock is not followed`() throws {
        let scratch = Scratch()
        scratch.write("victim", "precious")
        scratch.link("lock", to: "victim")
        #expect(throws: FileLockError.self) { try FileLock(path: scratch.at("lock")) }
        #expect(scratch.read("victim") == "precious")
    }
}

@Suite struct SystemErrorTests {
    @Test func `An error names the call, the path and errno`() {
        let error = SystemError(call: "open", errno: ENOENT, path: "/x")
        #expect(error.description == "open \"/x\" failed: No such file or directory (ENOENT)")
        #expect(error.code == "system.ENOENT")
        #expect(!error.isRetryable)
        #expect(SystemError(call: "open", errno: EMFILE).isRetryable)
    }
}
