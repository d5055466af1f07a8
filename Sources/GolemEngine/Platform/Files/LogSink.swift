// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// Where log lines go: a rotating file, or standard error.
///
/// Guard of the unchecked conformance: only the one worker thread that owns it calls it.
final class LogSink: @unchecked Sendable {
    private var file: RotatingFile
    private let toStandardError: Bool

    /// Makes a sink for the file at `path`; nil writes to standard error.
    init(path: String?, sizeLimit: Int, fileLimit: Int) {
        file = RotatingFile(path: path ?? "", sizeLimit: sizeLimit, fileLimit: fileLimit)
        toStandardError = path == nil
    }

    /// Appends whole lines.
    func write(_ bytes: [UInt8]) {
        guard toStandardError else { return file.append(bytes) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count <= 0 {
                if errno == EINTR { continue }
                return
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Opens the file again, after somebody moved it away.
    func reopen() { file.reopen() }
}
