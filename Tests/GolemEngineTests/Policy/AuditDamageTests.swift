// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEvents
import GolemTestSupport
import Synchronization
import Testing

@testable import GolemEngine

/// What is done to the files of the audit log behind the engine's back is seen.
@Suite(.timeLimit(.minutes(1))) struct AuditDamageTests {
    private let workspace: TemporaryWorkspace
    private var path: String { workspace.path + "/audit.jsonl" }
    private let time = ManualTime()

    init() throws { workspace = try TemporaryWorkspace() }

    private final class Told: Sendable {
        let damage = Mutex<[String]>([])
        let health = Mutex<[String?]>([])

        var observer: AuditLog.Observer {
            var observer = AuditLog.Observer()
            observer.onDamage = { what in self.damage.withLock { $0.append(what) } }
            observer.onHealth = { what in self.health.withLock { $0.append(what) } }
            return observer
        }
    }

    private func log(sizeLimit: Int = 1 << 20, fileLimit: Int = 9, told: Told = Told()) -> AuditLog {
        AuditLog(path: path, sizeLimit: sizeLimit, fileLimit: fileLimit, time: time, observer: told.observer)
    }

    private func write(_ numbers: ClosedRange<Int>, _ log: AuditLog) async throws {
        for number in numbers {
            try await log.recordDurably(
                AuditEntry("tool_execution", at: time.wallNow(), result: "success \(number)", actor: "a:b"))
        }
    }

    private func write(_ numbers: ClosedRange<Int>, _ log: AuditLog, then end: Latch) async throws {
        try await write(numbers, log)
        end.open()
    }

    private func lines(_ name: String = "audit.jsonl") -> [String] {
        String(decoding: workspace.bytes(of: name), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func types() -> [String] {
        lines().compactMap { (try? JSONValue(parsing: $0))?["type"]?.stringValue }
    }

    private var broken: String? { get throws { try AuditFiles.verify(path).broken?.reason } }

    @Test func `F49 a process that died while it changed files leaves no log that looks damaged`() async throws {
        let log = log(sizeLimit: 4_096)
        try await write(1...30, log)
        log.stop()
        let older = workspace.names().count { $0.hasPrefix("audit.") && $0.hasSuffix(".jsonl") } - 1
        for number in (0...older).reversed() {
            rename(AuditFiles.name(path, number), AuditFiles.name(path, number + 1))
        }
        #expect(try broken == nil)
        #expect(try AuditFiles.verify(path).lines == 30)
        let told = Told()
        let next = self.log(sizeLimit: 4_096, told: told)
        try await write(31...32, next)
        next.stop()
        #expect(told.damage.withLock { $0 } == [])
        #expect(try AuditFiles.verify(path).lines == 32)
        // Whether the newest file is gone for another reason is told by what it had.
        unlink(path)
        #expect(try broken?.contains("its end is gone") == true)
        unlink(AuditHead.path(path))
        #expect(try broken?.contains("the file is missing") == true)
    }

    @Test func `A file that is missing between others is an error, and an export has all the others`() async throws {
        let log = log(sizeLimit: 4_096)
        try await write(1...80, log)
        log.stop()
        #expect(workspace.names().contains("audit.3.jsonl"))
        let all = try AuditFiles.verify(path).lines
        let missing = lines("audit.2.jsonl").count
        unlink(workspace.path + "/audit.2.jsonl")
        #expect(try broken?.contains("the file is missing") == true)
        var read = 0
        try AuditFiles.read(path) { _, _ in
            read += 1
            return true
        }
        #expect(read == all - missing)
        let told = Told()
        let next = self.log(sizeLimit: 4_096, told: told)
        try await write(81...81, next)
        next.stop()
        #expect(told.damage.withLock { $0.first?.contains("audit.2.jsonl is missing") } == true)
        #expect(types().contains("audit_damaged"))
    }

    @Test(arguments: ["rm", "mv", "replace"])
    func `A file that is taken away while it is written is told and noted`(how: String) async throws {
        let told = Told()
        let log = log(told: told)
        try await write(1...2, log)
        switch how {
        case "rm": unlink(path)
        case "mv": rename(path, path + ".old")
        default: try workspace.write("other\n", to: "new")
        }
        if how == "replace" { rename(workspace.path + "/new", path) }
        try await write(3...3, log)
        log.stop()
        #expect(told.damage.withLock { $0.count } == 1)
        #expect(types().contains("audit_replaced"))
        #expect(try broken != nil)
    }

    @Test func `A log that was emptied, removed, or cut at either end is found out by the check and by the next start`()
        async throws
    {
        let log = log()
        try await write(1...6, log)
        log.stop()
        let whole = workspace.bytes(of: "audit.jsonl")
        let head = workspace.bytes(of: "audit.head.json")
        let all = lines()
        #expect(try broken == nil)
        func text(_ lines: some Sequence<String>) -> [UInt8] { lines.flatMap { Array(($0 + "\n").utf8) } }
        let cases: [(name: String, bytes: [UInt8]?, reason: String)] = [
            ("emptied", [], "the log is empty, and line 6 had been written"),
            ("removed", nil, "the log is empty, and line 6 had been written"),
            ("end", text(all.prefix(4)), "its end is gone"),
            ("beginning", text(all.dropFirst(2)), "its beginning is gone"),
        ]
        for (name, bytes, reason) in cases {
            unlink(path)
            try Data(head).write(to: URL(filePath: workspace.path + "/audit.head.json"))
            if let bytes { try Data(bytes).write(to: URL(filePath: path)) }
            #expect(try broken?.contains(reason) == true, "\(name)")
            #expect(AuditFiles.wasWritten(path))
            let told = Told()
            let next = self.log(told: told)
            try await write(7...7, next)
            next.stop()
            #expect(told.damage.withLock { $0.first?.contains(reason) } == true, "\(name)")
            #expect(types().contains("audit_damaged"), "\(name)")
            // The next start does not make it good.
            #expect(try broken != nil, "\(name)")
        }
        // The beginning is missed without the note beside the log too.
        try Data(text(all.dropFirst(2))).write(to: URL(filePath: path))
        unlink(workspace.path + "/audit.head.json")
        #expect(try broken?.contains("its beginning is gone") == true)
        try Data(whole).write(to: URL(filePath: path))
        #expect(try broken == nil)
    }

    @Test func `A log that was written anew as a whole is not the one that was written`() async throws {
        let log = log()
        try await write(1...3, log)
        log.stop()
        let head = workspace.bytes(of: "audit.head.json")
        unlink(path)
        unlink(workspace.path + "/audit.head.json")
        let forged = self.log()
        try await write(11...14, forged)
        forged.stop()
        try Data(head).write(to: URL(filePath: workspace.path + "/audit.head.json"))
        #expect(try broken?.contains("it is not the line that was written") == true)
    }

    @Test func `An engine that starts on a broken chain says so for as long as it is`() async throws {
        let workspace = try TemporaryWorkspace()
        let tool = RecordingTool("danger")
        try await PolicyModeTests.run(tool, workspace: workspace) { _ in }
        let name = "state/audit.jsonl"
        let text = String(decoding: workspace.bytes(of: name), as: UTF8.self)
        try workspace.write(text.replacing("\"system\"", with: "\"nobody\"", maxReplacements: 1), to: name)
        for _ in 0..<2 {
            try await PolicyModeTests.run(tool, workspace: workspace) { harness in
                #expect(await eventually { await harness.state().policyWarnings["audit_damaged"] != nil })
            }
        }
    }

    @Test func `A smaller number of files removes all that are too many`() async throws {
        let log = log(sizeLimit: 4_096)
        try await write(1...120, log)
        log.stop()
        #expect(workspace.names().contains("audit.5.jsonl"))
        let next = self.log(sizeLimit: 4_096, fileLimit: 2)
        try await write(121...150, next)
        next.stop()
        #expect(workspace.names() == ["audit.1.jsonl", "audit.2.jsonl", "audit.head.json", "audit.jsonl"])
        #expect(try broken == nil)
    }

    @Test func `No field makes a line so long that the chain cannot be taken up`() async throws {
        var entry = AuditEntry(
            "tool_execution", at: time.wallNow(), result: "a" + String(repeating: "\u{301}", count: 300_000))
        entry.outcome = String(repeating: "\u{1}", count: 300_000)
        entry.tool = String(repeating: "测", count: 300_000)
        let log = log()
        try await log.recordDurably(entry)
        log.stop()
        #expect(lines()[0].utf8.count < 65_536)
        let next = self.log()
        try await write(2...2, next)
        next.stop()
        #expect(try AuditFiles.verify(path).lines == 2)
        #expect(try broken == nil)
    }

    @Test func `A check beside a writer that changes files sees no error, and no line that is not whole yet`()
        async throws
    {
        let log = log(sizeLimit: 4_096, fileLimit: 4)
        try await write(1...5, log)
        let isDone = Latch()
        async let writing: Void = write(6...400, log, then: isDone)
        var checks = 0
        while !isDone.isOpen || checks == 0 {
            let verdict = try AuditFiles.verify(path)
            #expect(verdict.broken == nil, "\(verdict)")
            checks += 1
            await Task.yield()
        }
        try await writing
        log.stop()
        let lines = try AuditFiles.verify(path).lines
        let half = workspace.bytes(of: "audit.jsonl") + Array(#"{"seq":9"#.utf8)
        try Data(half).write(to: URL(filePath: path))
        #expect(try broken == nil)
        #expect(try AuditFiles.verify(path).lines == lines)
    }

    @Test func `The newest lines are read from the end, over files`() async throws {
        let log = log(sizeLimit: 4_096)
        try await write(1...60, log)
        log.stop()
        for count in [1, 7, 59, 60, 100] {
            let found = try AuditFiles.tail(path, count: count).compactMap { $0.value["seq"]?.integerValue }
            #expect(found == Array(Int64(max(1, 61 - count))...60))
        }
    }

    @Test func `What an operator did while nothing could be written is written afterwards, without being asked again`()
        async throws
    {
        let told = Told()
        mkdir(path, 0o700)
        let log = log(told: told)
        let running = Task { await log.run() }
        log.record(AuditEntry("policy_allow", at: time.wallNow()))
        log.record(AuditEntry("estop_on", at: time.wallNow(), result: "1 running calls cancelled", actor: "ops1@test"))
        #expect(await eventually { told.health.withLock { $0.count } == 1 })
        rmdir(path)
        let isWell = await eventually {
            await time.advance(by: .seconds(1))
            return told.health.withLock { $0.last == .some(nil) }
        }
        #expect(isWell)
        running.cancel()
        log.stop()
        let values = try lines().map { try JSONValue(parsing: $0) }
        #expect(values.map { $0["type"] } == ["audit_lost", "estop_on"])
        #expect(values[0]["outcome"]?.stringValue?.hasSuffix(": 1 policy_allow") == true)
        #expect(values[0]["outcome"]?.stringValue?.hasPrefix("from ") == true)
        #expect(values[1]["actor"] == "ops1@test")
    }

    @Test func `A row of an export cannot be opened by a sign that joins another`() {
        let row = AuditText.csv(["seq": 1, "result": "\r\n=cmd()", "outcome": "x\"\u{301},=y"])
        #expect(row.contains("\"'\r\n=cmd()\""))
        #expect(row.contains("\"x\"\"\u{301},=y\""))
    }
}
