// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// Reads what is piped into a command.
enum StandardInput {
    /// All of standard input as text, without the line break at its end.
    static func text(limit: Int) throws(CommandFailure) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while bytes.count <= limit {
            let count = read(STDIN_FILENO, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw CommandFailure("standard input cannot be read", exitCode: ExitCode.inputOutput)
            }
            // A person's line is enough; a pipe ends by itself.
            bytes.append(contentsOf: chunk[..<count])
            if count == 0 || (isatty(STDIN_FILENO) == 1 && bytes.last == 0x0A) { break }
        }
        guard bytes.count <= limit, let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(
                "standard input is longer than \(limit) bytes or is not text", exitCode: ExitCode.usage)
        }
        var result = text[...]
        while result.last?.isNewline == true { result.removeLast() }
        return String(result)
    }
}
