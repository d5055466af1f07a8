// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Dispatch
import Glibc

/// Writes files that only their owner can read.
enum PrivateFile {
    /// Why a file was not written.
    struct Failure: Error, Equatable {
        let code: String
        let message: String
        let errno: Int32
        var isRetryable: Bool { errno == EINTR || errno == ENOSPC || errno == EAGAIN }
    }

    private static let queue = DispatchQueue(label: "golem.console.files")

    /// Writes a new file with mode 0600, on a queue of its own; an existing file is never touched.
    ///
    /// A missing folder is made with mode 0700.
    static func write(_ text: String, folder: String, name: String) async -> Result<String, Failure> {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: writeNow(text, folder: folder, name: name)) }
        }
    }

    private static func writeNow(_ text: String, folder: String, name: String) -> Result<String, Failure> {
        let path = folder.isEmpty ? name : folder + "/" + name
        if !folder.isEmpty, mkdir(folder, 0o700) != 0, errno != EEXIST { return .failure(failure("mkdir", folder)) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return .failure(failure("open", path)) }
        defer { close(descriptor) }
        var copy = text
        let isWritten = copy.withUTF8 { bytes in
            var done = 0
            while done < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
        guard isWritten else {
            let failed = failure("write", path)
            unlink(path)
            return .failure(failed)
        }
        return .success(path)
    }

    private static func failure(_ call: String, _ path: String) -> Failure {
        let code = errno
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return Failure(code: "file.\(call)", message: "\(reason): \(path)", errno: code)
    }
}
