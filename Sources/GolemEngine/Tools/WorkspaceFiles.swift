// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The files of the workspace as tools may see them: confined, and one operation at a time.
///
/// One at a time because tool calls run in parallel: of two edits of one file none may be lost.
package final class WorkspaceFiles: Sendable {
    /// The workspace without symbolic links.
    package let path: String
    private let files: ConfinedFileSystem
    private let queue = BlockingQueue(name: "golem-files")

    /// Opens the workspace.
    ///
    /// `protected` are places out of reach of tools, relative to it or absolute.
    package init(root: String, protected: [String]) throws(FileAccessError) {
        files = try ConfinedFileSystem(root: root, protected: protected)
        path = files.path
    }

    /// Runs `body` with the files, alone.
    func perform<Value: Sendable>(
        _ body: @escaping @Sendable (ConfinedFileSystem) throws -> Value
    ) async throws -> Value {
        try await queue.run { [files] in try body(files) }
    }
}
