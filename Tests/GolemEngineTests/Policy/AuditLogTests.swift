// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEvents
import GolemTestSupport
import Synchronization
import Testing

@testable import GolemEngine

@Suite(.timeLimit(.minutes(1))) struct AuditLogTests {
    private let workspace: TemporaryWorkspace
    private var path: String { workspace.path + "/audit.jsonl" }
    private let time = ManualTime()

    init() throws { workspace = try TemporaryWorkspace() }

    private func log(sizeLimit: Int = 1 << 20, fileLimit: Int = 3) -> AuditLog {
        AuditLog(path: path, sizeLimit: sizeLimit, fileLimit: fileLimit, time: time)
    }

    private func entry(_ number: Int) -> AuditEntry {
        var entry = AuditEntry("tool_execution", at: time.wallNow(), result: "success", actor: "telegram:\(number)")
        entry.tool = "exec"
        entry.arguments = ["command": "ls", "n": .integer(Int64(number))]
        return entry
    }

    private func lines(_ name: String = "audit.jsonl") -> [String] {
        String(decoding: workspace.bytes(of: name), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func rewrite(_ lines: [String]) throws {
        try workspace.write(lines.map { $0 + "\n" }.joined(), to: "audit.jsonl")
    }

    @Test func `A digest is that of the standard`() throws {
        #expect(
            try SHA256.hex(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(try SHA256.hex([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func `Every line has the fields of the original, the digest of its arguments, and a link to the line before`()
        async throws
    {
        let log = log()
        var first = entry(1)
        first.requestID = "r1"
        first.outcome = "ok"
        first.durationMilliseconds = 12
        log.record(first)
        try await log.recordDurably(entry(2))
        log.stop()
        let values = try lines().map { try JSONValue(parsing: $0) }
        #expect(values.count == 2)
        #expect(values[0]["type"] == "tool_execution")
        #expect(values[0]["request_id"] == "r1")
        #expect(values[0]["result"] == "success")
        #expect(values[0]["duration_ms"] == 12)
        #expect(values[0]["prev"]?.stringValue == AuditChain.origin)
        #expect(values[1]["prev"] == values[0]["hash"])
        let digest = try SHA256.hex(Array(#"{"command":"ls","n":1}"#.utf8))
        #expect(values[0]["arguments_sha256"]?.stringValue == digest)
        // Anybody can check a line with sed and sha256sum.
        let text = try #require(lines()[0].firstRange(of: ",\"hash\":").map { lines()[0][..<$0.lowerBound] + "}" })
        #expect(try SHA256.hex(Array(text.utf8)) == values[0]["hash"]?.stringValue)
        #expect(workspace.mode(of: "audit.jsonl") == 0o600)
        #expect(try AuditFiles.verify(path).lines == 2)
    }

    @Test func `A changed, a removed and an inserted line are found, and the first of them is named`() async throws {
        let log = log()
        for number in 1...6 { try await log.recordDurably(entry(number)) }
        log.stop()
        let good = lines()
        #expect(try AuditFiles.verify(path).broken == nil)
        var changed = good
        changed[3] = changed[3].replacing("telegram:4", with: "telegram:9")
        try rewrite(changed)
        #expect(try AuditFiles.verify(path).broken?.line == 4)
        #expect(try AuditFiles.verify(path).lines == 3)
        var removed = good
        removed.remove(at: 2)
        try rewrite(removed)
        #expect(try AuditFiles.verify(path).broken?.line == 3)
        try rewrite([good[0], good[1], good[1]] + good[2...])
        #expect(try AuditFiles.verify(path).broken?.line == 3)
        try rewrite(good + ["not json"])
        #expect(try AuditFiles.verify(path).broken?.line == 7)
    }

    @Test func `A new process goes on with the chain, also behind a line that a crash left half`() async throws {
        var log = log()
        try await log.recordDurably(entry(1))
        log.stop()
        try rewrite(lines() + [])
        let whole = workspace.bytes(of: "audit.jsonl")
        try Data(whole + Array(#"{"seq":2,"time":"20"#.utf8)).write(to: URL(filePath: path))
        log = self.log()
        try await log.recordDurably(entry(2))
        log.stop()
        #expect(lines().count == 3)
        #expect(lines()[1].contains("audit_recovered"))
        let verdict = try AuditFiles.verify(path)
        #expect(verdict.broken == nil)
        #expect(verdict.lines == 3)
    }

    @Test func `Files are changed by size, the chain goes through them, and the oldest are removed`() async throws {
        let log = log(sizeLimit: 4_096, fileLimit: 2)
        for number in 1...60 { try await log.recordDurably(entry(number)) }
        log.stop()
        #expect(workspace.names() == ["audit.1.jsonl", "audit.2.jsonl", "audit.head.json", "audit.jsonl"])
        let verdict = try AuditFiles.verify(path)
        #expect(verdict.broken == nil)
        #expect((verdict.first ?? 0) > 1)
        #expect(verdict.first.map { Int($0) + verdict.lines } == 61)
        let first = try JSONValue(parsing: try #require(lines().first))
        let before = try JSONValue(parsing: try #require(lines("audit.1.jsonl").last))
        #expect(first["prev"] == before["hash"])
    }

    @Test func `A full disk refuses those who wait, passes the rest, is told once, and the loss is counted`()
        async throws
    {
        let told = Mutex<[String?]>([])
        symlink("/dev/full", workspace.path + "/nowhere")
        var observer = AuditLog.Observer()
        observer.onHealth = { problem in told.withLock { $0.append(problem) } }
        let log = AuditLog(path: "/dev/full", time: time, observer: observer)
        log.record(entry(1))
        await #expect(throws: AuditError.self) { try await log.recordDurably(self.entry(2)) }
        await #expect(throws: AuditError.self) { try await log.recordDurably(self.entry(3)) }
        #expect(log.problem?.contains("ENOSPC") == true)
        #expect(told.withLock { $0.count } == 1)
        log.stop()
    }

    @Test func `When the disk has room again the chain goes on without a gap and tells of the loss`() async throws {
        let folder = workspace.path + "/d"
        mkdir(folder, 0o700)
        let log = AuditLog(path: folder + "/audit.jsonl", time: time)
        try await log.recordDurably(entry(1))
        // A folder in the place of the file is as good as a full disk, also for root.
        rename(folder + "/audit.jsonl", folder + "/kept")
        unlink(folder + "/audit.jsonl")
        mkdir(folder + "/audit.jsonl", 0o700)
        rename(folder + "/kept", folder + "/kept2")
        unlink(folder + "/kept2")
        await #expect(throws: AuditError.self) { try await log.recordDurably(self.entry(2)) }
        rmdir(folder + "/audit.jsonl")
        try await log.recordDurably(entry(3))
        log.stop()
        let values = try lines("d/audit.jsonl").map { try JSONValue(parsing: $0) }
        #expect(values.map { $0["seq"] } == [2, 3, 4])
        #expect(values.map { $0["type"] } == ["audit_replaced", "audit_lost", "tool_execution"])
        #expect(values[1]["result"] == "1 lines could not be written")
        #expect(values[1]["outcome"]?.stringValue?.hasSuffix(": 1 tool_execution") == true)
        // The line of the file that was taken away is missing for good.
        #expect(try AuditFiles.verify(folder + "/audit.jsonl").broken?.reason.contains("its beginning is gone") == true)
    }

    @Test func `Many writers at once make one chain`() async throws {
        let log = log()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask { try? await log.recordDurably(self.entry(number)) }
                group.addTask { log.record(self.entry(number)) }
            }
        }
        log.stop()
        let verdict = try AuditFiles.verify(path)
        #expect(verdict.lines == 400)
        #expect(verdict.broken == nil)
    }

    @Test func `A reader follows new lines over a change of files`() async throws {
        let log = log(sizeLimit: 4_096, fileLimit: 9)
        try await log.recordDurably(entry(1))
        var follower = AuditFollower(path: path, after: 0)
        var seen: [Int64] = []
        for number in 2...40 {
            try await log.recordDurably(entry(number))
            try follower.next { _, value in seen.append(value["seq"]?.integerValue ?? 0) }
        }
        try follower.next { _, value in seen.append(value["seq"]?.integerValue ?? 0) }
        log.stop()
        #expect(workspace.names().count > 1)
        #expect(seen == Array(1...40))
    }

    @Test func `An export is safe for spreadsheets`() throws {
        let row = AuditText.csv(["seq": 1, "type": "operator_command", "outcome": "=cmd(),\"x\""])
        #expect(row.hasSuffix(#","'=cmd(),""x""",,"#))
        #expect(row.hasPrefix("1,,operator_command,"))
    }
}
