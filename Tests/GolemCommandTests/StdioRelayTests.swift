// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Foundation
import GolemEngine
import GolemEvents
import GolemTestSupport
import Testing

@testable import golem

@Suite struct StdioRelayTests {
    /// Sends lines through a relay on a thread of its own; gives what came back and its exit code.
    private static func relay(_ text: String, _ path: String, isReadOnly: Bool, until ends: String...) async throws
        -> (text: String, code: Int32?)
    {
        let (input, output) = (Pipe(), Pipe())
        async let code = withCheckedContinuation { continuation in
            Foundation.Thread.detachNewThread {
                let code = try? StdioRelay.run(
                    path: path, isReadOnly: isReadOnly, input: input.fileHandleForReading.fileDescriptor,
                    output: output.fileHandleForWriting.fileDescriptor)
                try? output.fileHandleForWriting.close()
                continuation.resume(returning: code)
            }
        }
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        let seen = await withCheckedContinuation { continuation in
            Foundation.Thread.detachNewThread {
                var seen = Data()
                while !ends.allSatisfy({ seen.range(of: Data($0.utf8)) != nil }) {
                    let piece = output.fileHandleForReading.availableData
                    if piece.isEmpty { break }
                    seen += piece
                }
                try? input.fileHandleForWriting.close()
                while !output.fileHandleForReading.availableData.isEmpty {}
                continuation.resume(returning: String(decoding: seen, as: UTF8.self))
            }
        }
        return (seen, await code)
    }

    private static func lines(isReadOnly: Bool, _ action: Command.Action) throws -> String {
        let hello = LinkMessage.Hello(
            version: LinkMessage.version, build: "t", features: [], wantsEvents: true, isReadOnly: isReadOnly)
        let command = Command(
            id: "c1", actor: Command.Actor(kind: "console", user: "u", host: "h"), action: action)
        return try [LinkMessage.hello(hello), .command(command)].map {
            String(decoding: try JSONEncoder().encode($0), as: UTF8.self) + "\n"
        }.joined()
    }

    @Test func `The relay carries the protocol both ways and ends with its input`() async throws {
        try await EngineHarness.run { harness in
            let answer = try await Self.relay(
                Self.lines(isReadOnly: false, .listApprovals), harness.workspace.path + "/state/golem.sock",
                isReadOnly: false, until: #""commandID":"c1""#, #""type":"snapshot""#)
            #expect(answer.text.contains(#""type":"snapshot""#))
            #expect(answer.text.contains(#""status":"done""#))
            #expect(answer.code == ExitCode.success)
        }
    }

    @Test func `A read-only relay makes every console read-only`() async throws {
        try await EngineHarness.run { harness in
            let answer = try await Self.relay(
                Self.lines(isReadOnly: false, .stopEngine), harness.workspace.path + "/state/golem.sock",
                isReadOnly: true, until: #""commandID":"c1""#)
            #expect(answer.text.contains("read_only"))
            #expect(!harness.engine.isStopping)
        }
    }

    @Test func `Without an engine the relay fails with the code for that`() throws {
        let workspace = try TemporaryWorkspace()
        let error = #expect(throws: CommandFailure.self) {
            try StdioRelay.run(path: workspace.path + "/golem.sock", isReadOnly: false)
        }
        #expect(error?.exitCode == ExitCode.unavailable)
        #expect(error?.message.contains("no engine runs on the workspace") == true)
    }
}
