// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Foundation
import GolemEvents
import GolemTestSupport
import Synchronization
import Testing

@testable import GolemTUI

/// A link inside the test: it says what it is told to say and remembers what it was asked.
final class ScriptedLink: EngineLink {
    private struct State {
        var commands: [Command] = []
        var resynchronisations = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let script: [LinkUpdate]

    init(_ script: [LinkUpdate]) { self.script = script }

    var commands: [Command] { state.withLock { $0.commands } }
    var resynchronisations: Int { state.withLock { $0.resynchronisations } }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    func updates() -> AsyncStream<LinkUpdate> {
        AsyncStream(bufferingPolicy: .bufferingOldest(64)) { continuation in
            for update in script { continuation.yield(update) }
        }
    }

    func send(_ command: Command) async -> CommandReply {
        state.withLock { $0.commands.append(command) }
        return CommandReply(commandID: command.id, status: .done, code: "done", message: "ok", seq: 1)
    }

    func resynchronise() async { state.withLock { $0.resynchronisations += 1 } }

    func close() async { state.withLock { $0.isClosed = true } }
}

@Suite struct EffectRunnerTests {
    @Test func `The folder for saved files is made when it is missing, and both are private`() async throws {
        let workspace = try TemporaryWorkspace()
        let folder = workspace.path + "/saved"
        let written = await PrivateFile.write("text\n", folder: folder, name: "a.txt")
        #expect(written == .success(folder + "/a.txt"))
        let attributes = { (path: String) in
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try attributes(folder) == 0o700)
        #expect(try attributes(folder + "/a.txt") == 0o600)
        guard case .failure(let again) = await PrivateFile.write("x", folder: folder, name: "a.txt") else {
            Issue.record("an existing file was overwritten")
            return
        }
        #expect(again.message == "File exists: \(folder)/a.txt")
    }

    @Test func `Updates, replies and files come back through the mailbox, and the end gives the link back`()
        async throws
    {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("golem-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let link = ScriptedLink([.connecting(attempt: 1), .missed(3)])
        let mailbox = ConsoleMailbox<ConsoleAction>()
        let runner = EffectRunner(link: link, mailbox: mailbox, folder: folder.path)
        let command = Command(
            id: "t-1", actor: Command.Actor(kind: "console", user: "u", host: "h"), action: .cancelTurn(session: "a:b"))
        var seen: [ConsoleAction] = []
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await runner.run() }
            runner.perform(.send(command))
            runner.perform(.resynchronise)
            runner.perform(.writeFile(name: "out.txt", text: "第一行\n"))
            runner.perform(.writeFile(name: "no/such/folder.txt", text: "x"))
            runner.perform(.choose(.keepHeadless))
            _ = await eventually {
                seen += mailbox.take().messages
                return seen.count >= 5 && link.resynchronisations == 1
            }
            group.cancelAll()
        }
        #expect(seen.contains(.linkUpdate(.connecting(attempt: 1))))
        #expect(seen.contains(.linkUpdate(.missed(3))))
        #expect(
            seen.contains(
                .commandReplied(CommandReply(commandID: "t-1", status: .done, code: "done", message: "ok", seq: 1))))
        let path = folder.path + "/out.txt"
        #expect(seen.contains(.fileWritten(path: path)))
        #expect(seen.contains { if case .fileFailed(let reason) = $0 { reason.contains("folder.txt") } else { false } })
        #expect(link.commands == [command])
        #expect(link.isClosed)
        #expect(runner.quitChoice == .keepHeadless)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "第一行\n")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `A file that exists is never overwritten`() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("golem-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(await PrivateFile.write("one", folder: folder.path, name: "f") == .success(folder.path + "/f"))
        guard case .failure(let failure) = await PrivateFile.write("two", folder: folder.path, name: "f") else {
            Issue.record("overwritten")
            return
        }
        #expect(failure.code == "file.open")
        #expect(try String(contentsOfFile: folder.path + "/f", encoding: .utf8) == "one")
    }
}
