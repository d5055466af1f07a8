// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEvents

/// The tools for the agent's long-term memory and its diary.
package struct MemoryTools: Sendable {
    private static let memory = "memory/MEMORY.md"
    private static let backup = "memory/MEMORY.md.bak"
    /// As much as is read into the prompt and searched.
    private static let largestMemory = 256 * 1_024
    private static let largestEntry = 16 * 1_024

    private let files: WorkspaceFiles
    private let time: any TimeSource

    /// Makes the tools for a workspace; `time` dates the diary.
    package init(files: WorkspaceFiles, time: any TimeSource) {
        self.files = files
        self.time = time
    }

    /// `read_memory`, `write_memory` and `append_diary`.
    package var tools: [any Tool] { [readMemory, writeMemory, appendDiary] }

    private var readMemory: any Tool {
        BuiltInTool("read_memory", "Read the long-term memory.", hasSideEffects: false) { [files] _, _ in
            let bytes = try await files.perform { try Self.read($0) } ?? []
            let text = String(decoding: bytes.dropLast(UTF8Cut.incompleteSuffix(of: bytes)), as: UTF8.self)
            return .ok(JSONValue.object(["content": .string(text.trimmed)]).text)
        }
    }

    private var writeMemory: any Tool {
        BuiltInTool(
            "write_memory",
            "Replace the whole long-term memory. Read it first and keep what is still true. The version before stays "
                + "in MEMORY.md.bak.",
            [.string("content", "The whole new memory, in Markdown")], hasSideEffects: true
        ) { [files] arguments, _ in
            let text = try arguments.string("content").trimmed
            guard text.utf8.count < Self.largestMemory else {
                return .error("the memory is too long: \(text.utf8.count) of at most \(Self.largestMemory) bytes")
            }
            let bytes = text.isEmpty ? [] : Array("\(text)\n".utf8)
            try await files.perform { files in
                if let old = try Self.read(files), !old.isEmpty, old != bytes { try files.write(Self.backup, old) }
                try files.write(Self.memory, bytes)
            }
            return .ok("Memory updated successfully")
        }
    }

    private var appendDiary: any Tool {
        BuiltInTool(
            "append_diary", "Add an entry to today's diary.", [.string("entry", "What happened, in a sentence or two")],
            hasSideEffects: true
        ) { [files, time] arguments, _ in
            // One entry is one line: recall and people read it line by line.
            let entry = try arguments.nonBlank("entry").split(whereSeparator: \.isNewline).map(\.trimmed)
                .filter { !$0.isEmpty }.joined(separator: " ")
            guard entry.utf8.count <= Self.largestEntry else {
                return .error("the entry is too long: \(entry.utf8.count) of at most \(Self.largestEntry) bytes")
            }
            let now = LocalTime(time.wallNow())
            let path = "memory/\(now.day).md"
            let absolute = try await files.perform { files in
                let line = "- [\(now.clock)] \(entry)\n"
                let endsOpen = try Self.endsInsideLine(files, path)
                try files.append(path, Array((endsOpen ? "\n" + line : line).utf8))
                return "\(files.path)/\(path)"
            }
            return .ok(JSONValue.object(["diary_path": .string(absolute)]).text)
        }
    }

    /// The memory, or nil when there is none.
    private static func read(_ files: ConfinedFileSystem) throws -> [UInt8]? {
        guard try files.status(memory) != nil else { return nil }
        return try files.read(memory, limit: largestMemory).bytes
    }

    /// Whether a crash or a person left the last line without an end; the next entry would be glued to it.
    private static func endsInsideLine(_ files: ConfinedFileSystem, _ path: String) throws -> Bool {
        guard let status = try files.status(path), status.size > 0 else { return false }
        let contents = try files.read(path, limit: 4 * 1_024 * 1_024)
        return contents.isTruncated || contents.bytes.last != 10
    }
}

/// A moment on the clock of the machine's time zone.
struct LocalTime: Sendable, Equatable {
    /// `YYYY-MM-DD`.
    let day: String
    /// `HH:MM:SS`.
    let clock: String

    init(_ time: Timestamp) {
        var seconds = time_t(time.microseconds / 1_000_000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        day = "\(parts.tm_year + 1_900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
        clock = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }
}
