// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Foundation
import GolemEngine
import GolemEvents
import GolemTestSupport
import Synchronization
import Testing

@testable import golem

/// Attaching over a program that stands for ssh: it says what it is told to and carries bytes to the engine's socket.
@Suite struct SSHTransportTests {
    /// What a client said so far.
    private final class Seen: Sendable {
        private let updates = Mutex<[LinkUpdate]>([])

        func add(_ update: LinkUpdate) { updates.withLock { $0.append(update) } }

        func forget() { updates.withLock { $0 = [] } }

        func contains(_ condition: (LinkUpdate) -> Bool) async -> Bool {
            await eventually { updates.withLock { $0.contains(where: condition) } }
        }

        static func isSnapshot(_ update: LinkUpdate) -> Bool { if case .snapshot = update { true } else { false } }
    }

    private static let relay = """
        import os, socket, sys, threading
        open(sys.argv[1] + '/calls', 'a').write(' '.join(sys.argv[2:]) + '\\n')
        open(sys.argv[1] + '/pid', 'w').write(str(os.getpid()))
        if os.path.exists(sys.argv[1] + '/down'):
            sys.stderr.write('ssh: connect to host gw-7 port 22: Connection refused\\n')
            sys.exit(255)
        link = socket.socket(socket.AF_UNIX)
        link.connect(sys.argv[1] + '/state/golem.sock')
        def up():
            while True:
                data = os.read(0, 65536)
                if not data: break
                link.sendall(data)
            link.shutdown(socket.SHUT_WR)
        threading.Thread(target=up, daemon=True).start()
        while True:
            data = link.recv(65536)
            if not data: break
            os.write(1, data)
        """

    private static func transport(_ workspace: TemporaryWorkspace) throws -> SSHTransport {
        try workspace.write(relay, to: "relay.py")
        try workspace.write("#!/bin/sh\nexec python3 \(workspace.path)/relay.py \(workspace.path) \"$@\"\n", to: "ssh")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: workspace.path + "/ssh")
        return SSHTransport(
            host: "gw-7", options: ["-p", "2222"], remoteFlags: ["--read-only", "--workspace", "it's"],
            program: workspace.path + "/ssh")
    }

    @Test func `The operator's options come first, the host cannot be an option, and only the first ssh may ask`()
        throws
    {
        let transport = try Self.transport(TemporaryWorkspace())
        let first = transport.arguments(mayAsk: true)
        #expect(first.dropFirst().prefix(2) == ["-p", "2222"])
        #expect(
            first.suffix(3) == ["--", "gw-7", #"golem attach --stdio '--read-only' '--workspace' 'it'\''s'"#])
        #expect(!first.contains("BatchMode=yes"))
        #expect(transport.arguments(mayAsk: false).contains("BatchMode=yes"))
    }

    @Test func `A console over ssh sees the engine, is told why the line broke, and comes back`() async throws {
        try await EngineHarness.run { harness in
            let transport = try Self.transport(harness.workspace)
            let client = AttachClient(transport: transport, isReadOnly: false, time: SystemTime())
            let seen = Seen()
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await client.run() }
                group.addTask { for await update in client.updates() { seen.add(update) } }
                if case .failure(let failure)? = await client.greeting() { Issue.record("\(failure)") }
                #expect(await seen.contains(Seen.isSnapshot))
                let reply = await client.send(
                    Command(
                        id: "c1", actor: Command.Actor(kind: "console", user: "u", host: "h"), action: .listApprovals))
                #expect(reply.status == .done)

                try? harness.workspace.write("", to: "down")
                let child = pid_t(String(decoding: harness.workspace.bytes(of: "pid"), as: UTF8.self)) ?? -1
                #expect(child > 0)
                kill(child, SIGKILL)
                let refused = LinkUpdate.lost(reason: "ssh: connect to host gw-7 port 22: Connection refused")
                #expect(await seen.contains { $0 == refused })
                #expect(transport.exitCode == 255)
                seen.forget()
                try? FileManager.default.removeItem(atPath: harness.workspace.path + "/down")
                #expect(await seen.contains(Seen.isSnapshot))
                await client.close()
                group.cancelAll()
            }
            let calls = String(decoding: harness.workspace.bytes(of: "calls"), as: UTF8.self)
                .split(separator: "\n")
            #expect(calls.count >= 3)
            #expect(calls[0].contains("BatchMode") == false)
            #expect(calls.dropFirst().allSatisfy { $0.contains("BatchMode=yes") })
        }
    }

    @Test func `A first connection that fails ends the client with what ssh said`() async throws {
        let workspace = try TemporaryWorkspace()
        try workspace.write("", to: "down")
        let transport = try Self.transport(workspace)
        let client = AttachClient(transport: transport, isReadOnly: false, time: SystemTime())
        await client.run()
        guard case .failure(let failure)? = await client.greeting() else {
            Issue.record("connected to nothing")
            return
        }
        #expect(failure.reason == "ssh: connect to host gw-7 port 22: Connection refused")
        #expect(transport.exitCode == 255)
        #expect(String(decoding: workspace.bytes(of: "calls"), as: UTF8.self).split(separator: "\n").count == 1)
    }
}
