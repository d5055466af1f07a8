// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// Why an engine's socket could not be reached, as a sentence with the next step.
package struct EngineUnreachable: Error, Sendable, Equatable, CustomStringConvertible {
    /// `no_engine` when nobody listens there, `unreadable` when the workspace keeps us out, so that nobody knows.
    package let code: String
    package let description: String

    /// Explains an error number that `connect` left for the socket at `path`.
    package init(errno number: Int32, path: String) {
        let workspace = path.hasSuffix(Self.socket) ? String(path.dropLast(Self.socket.count)) : path
        switch number {
        case ENOENT, ECONNREFUSED:
            code = "no_engine"
            description =
                "no engine runs on the workspace \(workspace). Start one with: golem run, or name the workspace of "
                + "one that runs with --workspace."
        case EACCES, EPERM:
            code = "unreadable"
            description =
                "the workspace \(workspace) cannot be read: \(SystemError.text(of: number)). Use the account that its "
                + "engine runs under, or name another workspace with --workspace."
        default:
            code = "unreadable"
            description =
                "the workspace \(workspace) cannot be read: \(SystemError.text(of: number)). Check its path, or name "
                + "another one with --workspace."
        }
    }

    private init(code: String, description: String) {
        self.code = code
        self.description = description
    }

    /// Explains why the socket at `path` could not be opened.
    init(_ error: any Error, path: String) {
        if let error = error as? UnixSocketError, error.cause == nil {
            self.init(code: "unreadable", description: error.description)
        } else {
            self.init(errno: (error as? UnixSocketError)?.cause?.errno ?? EIO, path: path)
        }
    }

    private static let socket = "/state/golem.sock"
}
