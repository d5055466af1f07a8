// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc

/// Runs commands to their end.
package enum Subprocess {
    /// Runs a command and waits until it and everything that it started has ended.
    ///
    /// At the deadline, or when the task is cancelled, the process group is asked to end; after the grace period every
    /// process of the command is killed, also those that left the group. Either way the result says so: cancellation
    /// does not throw, because what the command wrote until then is worth having.
    package static func run(_ spec: SubprocessSpec) async throws(SubprocessError) -> SubprocessResult {
        let clock = ContinuousClock()
        let start = clock.now
        let process = try SpawnedProcess(spec, input: spec.input != nil)
        // Whatever happens from here on, the keeper ends by itself: its own deadline, or its control pipe.
        let outcome = await withTaskCancellationHandler {
            async let output = capture(process.output, spec)
            async let errorOutput = capture(process.errorOutput, spec)
            async let fed: Void = feed(spec.input, to: process.input)
            async let watched: Void = process.watch()
            let report = await process.waitForEnd()
            process.output.endWhenEmpty()
            process.errorOutput.endWhenEmpty()
            process.input?.close()
            await watched
            await fed
            return (report, await output, await errorOutput)
        } onCancel: {
            process.terminate()
        }
        var result = try outcome.0.get()
        result.output = outcome.1
        result.errorOutput = outcome.2
        result.duration = clock.now - start
        return result
    }

    /// Reads a pipe to its end.
    ///
    /// The bytes past the limits are read too: a full pipe would stop the command.
    private static func capture(_ pipe: AsyncDescriptor, _ spec: SubprocessSpec) async -> OutputCapture {
        var capture = OutputCapture(head: spec.outputHead, tail: spec.outputTail)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while let count = try? await pipe.read(into: &buffer, isCancellable: false), count > 0 {
            capture.append(buffer[..<count])
        }
        pipe.close()
        return capture
    }

    /// Writes the input; a command that does not read it all is no error.
    private static func feed(_ input: [UInt8]?, to pipe: AsyncDescriptor?) async {
        guard let input, let pipe else { return }
        try? await pipe.write(input, isSocket: false, isCancellable: false)
        pipe.close()
    }
}
