// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEvents

/// Builds the system prompt: who Golem is, what the workspace's files say, and what belongs to this turn.
package final class ContextBuilder: Sendable {
    private static let bootstrapNames = ["IDENTITY", "SOUL", "USER", "TOOLS", "AGENTS"]

    private let workspace: String
    private let recall: MemoryRecall
    private let queue: BlockingQueue
    private let time: any TimeSource

    /// Makes a builder for a workspace; files are read on `queue`.
    package init(workspace: String, queue: BlockingQueue, time: any TimeSource) {
        self.workspace = workspace
        self.queue = queue
        self.time = time
        recall = MemoryRecall(files: MemoryFiles(folder: workspace + "/memory"))
    }

    /// The prompt's parts: first what stays the same from turn to turn, then what belongs to this one.
    func system(for message: InboundMessage) async -> (parts: [String], recalled: MemoryRecalled?) {
        let read = await queue.run { [workspace, recall] in
            (Self.stablePart(workspace, recall.files), recall.recall(message.text))
        }
        let now = UTCDate(time.wallNow())
        var turn = """
            ## This conversation
            Now: \(now.dateText) \(now.timeText) UTC. Channel: \(message.channel). Chat: \(message.chatID). \
            Sender: \(message.sender).
            """
        if let section = read.1?.section { turn += "\n\n\(section)" }
        return ([read.0, turn], read.1?.counts)
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
