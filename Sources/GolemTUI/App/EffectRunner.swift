// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents
import Synchronization

/// Does for the console what takes time: listens to the link, sends commands, writes files.
///
/// It owns every task that it starts; cancelling ``run()`` ends them all. What comes back goes into the mailbox.
package final class EffectRunner: Sendable {
    /// Requests that may wait; beyond, the newest are refused with a reply, never dropped silently.
    private static let backlog = 64

    private let link: any EngineLink
    private let mailbox: ConsoleMailbox<ConsoleAction>
    private let folder: String
    private let memory: MemoryFile?
    private let requests: AsyncStream<ConsoleRequest>
    private let inlet: AsyncStream<ConsoleRequest>.Continuation
    private let chosen = Mutex<QuitChoice?>(nil)

    /// Makes a runner; files are written into `folder`, and what is remembered into `memory`.
    package init(
        link: any EngineLink, mailbox: ConsoleMailbox<ConsoleAction>, folder: String, memory: MemoryFile? = nil
    ) {
        self.link = link
        self.mailbox = mailbox
        self.folder = folder
        self.memory = memory
        (requests, inlet) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.backlog))
    }

    /// What the operator decided about the engine; nil when the console ended in another way.
    package var quitChoice: QuitChoice? { chosen.withLock { $0 } }

    /// Takes a request from the console's thread; returns at once.
    package func perform(_ request: ConsoleRequest) {
        if case .choose(let choice) = request {
            chosen.withLock { $0 = choice }
            return
        }
        if case .remember(let memory) = request {
            self.memory?.save(memory)
            return
        }
        if case .dropped(let dropped) = inlet.yield(request) { refuse(dropped) }
    }

    /// Serves the console until it is cancelled, then gives the link back.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.listen() }
            for await request in requests { group.addTask { await self.serve(request) } }
            group.cancelAll()
        }
        await memory?.flush()
        await link.close()
    }

    private func listen() async {
        for await update in link.updates() {
            // A full mailbox is counted there, and the console asks for a fresh snapshot.
            mailbox.post(.linkUpdate(update))
        }
    }

    private func serve(_ request: ConsoleRequest) async {
        switch request {
        case .send(let command): mailbox.post(.commandReplied(await link.send(command)))
        case .resynchronise: await link.resynchronise()
        case .writeFile(let name, let text):
            switch await PrivateFile.write(text, folder: folder, name: name) {
            case .success(let path): mailbox.post(.fileWritten(path: path))
            case .failure(let error): mailbox.post(.fileFailed(reason: error.message))
            }
        case .choose, .remember: break
        }
    }

    private func refuse(_ request: ConsoleRequest) {
        switch request {
        case .send(let command):
            let reply = CommandReply(
                commandID: command.id, status: .refused, code: "console_busy",
                message: "too many commands wait for the engine; try again", seq: 0)
            mailbox.post(.commandReplied(reply))
        case .writeFile: mailbox.post(.fileFailed(reason: "too many requests wait; try again"))
        case .resynchronise, .choose, .remember: break
        }
    }
}
