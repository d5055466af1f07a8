// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The tools that read and change files of the workspace.
package struct FileTools: Sendable {
    /// Files larger than this are not edited, and read only up to here.
    private static let largestFile = 16 * 1_024 * 1_024
    /// A result has at most this much text.
    private static let largestResult = 128 * 1_024
    private static let mostNames = 1_000

    private let files: WorkspaceFiles

    /// Makes the tools for a workspace.
    package init(files: WorkspaceFiles) {
        self.files = files
    }

    /// `read_file`, `write_file`, `edit_file`, `append_file` and `list_dir`.
    package var tools: [any Tool] { [readFile, writeFile, editFile, appendFile, listDirectory] }

    private static let pathText = "The path of the file, relative to the workspace or absolute inside it"

    private var readFile: any Tool {
        BuiltInTool(
            "read_file",
            "Read a text file of the workspace, whole or a range of lines. Large results are cut; next_offset then "
                + "says where to go on.",
            [
                .string("path", Self.pathText),
                .integer("offset", "The first line to read, counted from 0 (default 0)"),
                .integer("limit", "How many lines to read (default: all)"),
            ], hasSideEffects: false
        ) { [files] arguments, _ in
            let path = try arguments.string("path")
            let offset = max(0, try arguments.optionalInteger("offset") ?? 0)
            let limit = max(0, try arguments.optionalInteger("limit") ?? 0)
            let contents = try await files.perform { try $0.read(path, limit: Self.largestFile) }
            guard !contents.isBinary else {
                return .error("\"\(path)\" is not a text file (\(contents.size) bytes)")
            }
            let excerpt = TextExcerpt(
                contents.bytes, offset: offset, limit: limit == 0 ? .max : limit, byteLimit: Self.largestResult)
            var result: [String: JSONValue] = [
                "content": .string(excerpt.text), "total_lines": .integer(Int64(excerpt.totalLines)),
            ]
            if let next = excerpt.nextOffset { result["next_offset"] = .integer(Int64(next)) }
            if excerpt.isCut || contents.isTruncated { result["truncated"] = true }
            return .ok(JSONValue.object(result).text, isUntrusted: true)
        }
    }

    private var writeFile: any Tool {
        BuiltInTool(
            "write_file", "Write a file of the workspace, replacing what it had. Missing folders are created.",
            [.string("path", Self.pathText), .string("content", "The whole new content")], hasSideEffects: true
        ) { [files] arguments, _ in
            let path = try arguments.string("path")
            let content = Array(try arguments.string("content").utf8)
            try await files.perform { try $0.write(path, content) }
            return .ok("File written successfully")
        }
    }

    private var editFile: any Tool {
        BuiltInTool(
            "edit_file", "Replace a text in a file of the workspace. The old text must occur exactly once.",
            [
                .string("path", Self.pathText), .string("old_text", "The exact text to replace"),
                .string("new_text", "The text to put in its place"),
            ], hasSideEffects: true
        ) { [files] arguments, _ in
            let path = try arguments.string("path")
            let old = Array(try arguments.string("old_text").utf8)
            let new = Array(try arguments.string("new_text").utf8)
            guard !old.isEmpty else { return .error("old_text must not be empty") }
            return try await files.perform { files in
                let contents = try files.read(path, limit: Self.largestFile)
                guard !contents.isTruncated else {
                    return .error("\"\(path)\" is too large to edit (\(contents.size) bytes)")
                }
                let places = contents.bytes.positions(of: old)
                guard let place = places.first else { return .error("old_text not found in file") }
                guard places.count == 1 else {
                    return .error("old_text matches multiple locations (\(places.count)): make it longer")
                }
                var bytes = contents.bytes
                bytes.replaceSubrange(place..<place + old.count, with: new)
                try files.write(path, bytes)
                return .ok("File edited successfully")
            }
        }
    }

    private var appendFile: any Tool {
        BuiltInTool(
            "append_file", "Append text to a file of the workspace. The file and its folders are created when missing.",
            [.string("path", Self.pathText), .string("content", "The text to append")], hasSideEffects: true
        ) { [files] arguments, _ in
            let path = try arguments.string("path")
            let content = try arguments.string("content")
            guard !content.trimmed.isEmpty else { return .error("content must not be empty") }
            try await files.perform { try $0.append(path, Array(content.utf8)) }
            return .ok("File appended successfully")
        }
    }

    private var listDirectory: any Tool {
        BuiltInTool(
            "list_dir", "List the names in a folder of the workspace; folders end with /.",
            [.string("path", "The folder, relative to the workspace or absolute inside it; . is the workspace")],
            hasSideEffects: false
        ) { [files] arguments, _ in
            let path = try arguments.optionalString("path") ?? "."
            let listing = try await files.perform { try $0.list(path, limit: Self.mostNames) }
            var names = listing.names.map { JSONValue.string($0) }
            if listing.isTruncated { names.append(.string("... (more than \(Self.mostNames) entries)")) }
            return .ok(JSONValue.array(names).text, isUntrusted: true)
        }
    }
}

/// A range of the lines of a text.
struct TextExcerpt: Equatable {
    /// The lines, as they are in the file.
    private(set) var text = ""
    /// How many lines the text has; a line break at the end counts as the beginning of one more.
    private(set) var totalLines = 0
    /// The first line after the excerpt, when it was cut at the limit of bytes.
    private(set) var nextOffset: Int?
    /// Whether it was cut at the limit of bytes.
    private(set) var isCut = false

    /// Takes at most `limit` lines from `offset` on, and of those as many whole lines as fit into `byteLimit`; a
    /// single longer line is cut between characters.
    init(_ bytes: [UInt8], offset: Int, limit: Int, byteLimit: Int) {
        var start: Int?
        var end = 0
        var lineStart = 0
        while lineStart <= bytes.count {
            let lineEnd = bytes[lineStart...].firstIndex(of: 10) ?? bytes.count
            let number = totalLines
            totalLines += 1
            defer { lineStart = lineEnd + 1 }
            guard number >= offset, number - offset < limit, !isCut else { continue }
            let first = start ?? lineStart
            start = first
            if lineEnd - first <= byteLimit {
                end = lineEnd
            } else {
                isCut = true
                nextOffset = number
                guard number == offset else { continue }
                let part = bytes[first..<first + byteLimit]
                end = part.endIndex - UTF8Cut.incompleteSuffix(of: part)
                nextOffset = number + 1
            }
        }
        if let start, start < end { text = String(decoding: bytes[start..<end], as: UTF8.self) }
    }
}

extension [UInt8] {
    /// Where `pattern` occurs, without overlaps; at most 1000 places.
    func positions(of pattern: [UInt8]) -> [Int] {
        guard let first = pattern.first, count >= pattern.count else { return [] }
        var result: [Int] = []
        var index = 0
        while index <= count - pattern.count, result.count < 1_000 {
            if self[index] == first, self[index..<index + pattern.count].elementsEqual(pattern) {
                result.append(index)
                index += pattern.count
            } else {
                index += 1
            }
        }
        return result
    }
}
