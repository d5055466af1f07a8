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

    /// Appends whole lines; nil when they are written, or why they are lost.
    func write(_ bytes: [UInt8]) -> SystemError? {
        guard toStandardError else {
            do throws(SystemError) {
                try file.append(bytes)
                return nil
            } catch {
                return error
            }
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count <= 0 {
                if count < 0, errno == EINTR { continue }
                return .current("write", path: "standard error")
            }
            rest = rest.dropFirst(count)
        }
        return nil
    }

    /// Opens the file again at the next line, after somebody moved it away.
    func reopen() { file.reopen() }
}
