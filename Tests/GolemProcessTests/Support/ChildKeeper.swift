// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import Glibc
import GolemTestSupport

/// Ends what the tests started when the tests themselves die: `Tests/Servers/keeper.py` at the far end of a pipe.
///
/// Every child tells it of its birth and its end; the end of file means that this process is gone.
enum ChildKeeper {
    /// The pipe to the keeper; -1 when it could not be started.
    private static let pipe: Int32 = start()

    /// A process group lives from now on.
    static func note(born pid: Int32) { tell("+ \(pid)") }
    /// A process group is gone.
    static func note(ended pid: Int32) { tell("- \(pid)") }
    /// A tmux server lives from now on.
    static func note(tmux name: String, folder: String) { tell("+ tmux \(name) \(folder)") }
    /// A tmux server is gone.
    static func note(endedTmux name: String, folder: String) { tell("- tmux \(name) \(folder)") }

    private static func tell(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        _ = clinux_write_quietly(pipe, bytes, bytes.count)
    }

    private static func start() -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else { return -1 }
        var launch = ChildProcess.Launch("python3", "\(PythonServer.packageRoot)/Tests/Servers/keeper.py")
        launch.environment = ["PATH": ChildProcess.path]
        launch.inputDescriptor = ends[0]
        let pid = try? ChildProcess.spawn(launch)
        close(ends[0])
        return pid == nil ? -1 : ends[1]
    }
}
