// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEvents
import Synchronization

/// Builds the system prompt: who Golem is, what the workspace's files say, and what belongs to this turn.
package final class ContextBuilder: Sendable {
    private static let bootstrapNames = ["IDENTITY", "SOUL", "USER", "TOOLS", "AGENTS"]

    /// What was read from the files.
    private struct Files: Sendable {
        var stablePart: String
        var hasMemory: Bool
    }

    private struct Known {
        var files: Files?
        var readAt: Int64 = 0
        /// Changes seen so far.
        var generation: UInt64 = 0
    }

    /// What the kernel does not report, such as a change behind a symbolic link, is seen after so many microseconds.
    private static let recheckAfter: Int64 = 5_000_000

    private let workspace: String
    private let recall: MemoryRecall
    private let queue: BlockingQueue
    private let time: any TimeSource
    private let changes: FolderChanges
    private let known = Mutex(Known())

    /// Makes a builder for a workspace; files are read on `queue`.
    package init(workspace: String, queue: BlockingQueue, time: any TimeSource) {
        self.workspace = workspace
        self.queue = queue
        self.time = time
        recall = MemoryRecall(files: MemoryFiles(folder: workspace + "/memory"))
        changes = FolderChanges(folders: [workspace, workspace + "/memory"])
    }

    /// The prompt's parts: first what stays the same from turn to turn, then what belongs to this one.
    func system(for message: InboundMessage) async -> (parts: [String], recalled: MemoryRecalled?) {
        let files = await currentFiles()
        let found = files.hasMemory ? await queue.run { [recall] in recall.recall(message.text) } : nil
        let now = UTCDate(time.wallNow())
        var turn = """
            ## This conversation
            Now: \(now.dateText) \(now.timeText) UTC. Channel: \(message.channel). Chat: \(message.chatID). \
            Sender: \(message.sender).
            """
        if let section = found?.section { turn += "\n\n\(section)" }
        return ([files.stablePart, turn], found?.counts)
    }

    /// What the files say, read again only when something changed.
    private func currentFiles() async -> Files {
        let now = time.monotonicMicroseconds()
        let hasChanged = changes.happened()
        let (fresh, generation) = known.withLock { known in
            // Forgotten first: other turns must not use it while this one reads.
            if hasChanged { known = Known(generation: known.generation + 1) }
            return (now - known.readAt < Self.recheckAfter ? known.files : nil, known.generation)
        }
        if let fresh { return fresh }
        let files = await queue.run { [workspace, recall, changes] in
            // Before reading: a change from here on is reported to the next turn.
            changes.watch()
            return Files(
                stablePart: Self.stablePart(workspace, recall.files), hasMemory: recall.files.hasAny)
        }
        known.withLock { known in
            if known.generation == generation { known = Known(files: files, readAt: now, generation: generation) }
        }
        return files
    }

    private static func stablePart(_ workspace: String, _ memory: MemoryFiles) -> String {
        var sections = [identity(workspace)]
        for name in bootstrapNames {
            let text = MemoryFiles.text("\(workspace)/\(name).md", limit: 32 * 1024)
            if !text.isEmpty { sections.append("## \(name)\n\(text)") }
        }
        let longTerm = memory.longTerm()
        if !longTerm.isEmpty {
            sections.append("## Long-term memory\n" + MemoryRecall.cut(longTerm, MemoryRecall.wholeLimit))
        }
        return sections.joined(separator: "\n\n")
    }

    private static func identity(_ workspace: String) -> String {
        """
        You are Golem, an assistant for a small team. You can call tools. Be helpful, concise and proactive.
        You run on Linux. Your workspace is the folder \(workspace); relative paths of file tools and commands start \
        there, and files outside it are out of reach.
        When a tool is refused or fails, say so plainly; never claim to have done what was not done.
        \(UntrustedText.rule)
        """
    }
}
