// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemTestSupport
import Synchronization
import Testing

/// A tmux server of its own, with one session of one pane that runs `golem`.
///
/// It is ended with its last reference, and by the ``ChildKeeper`` when the tests die.
final class TmuxServer: Sendable {
    private static let count = Atomic(0)

    private let name: String
    private let home: GolemHome
    private let calls = Atomic(0)

    /// Starts `golem` in a pane of this size; the pane stays when it ends.
    init(_ home: GolemHome, columns: Int = 80, rows: Int = 24, _ words: [String], _ variables: [String: String] = [:])
        throws
    {
        self.home = home
        name = "golem-test-\(getpid())-\(Self.count.add(1, ordering: .relaxed).newValue)"
        ChildKeeper.note(tmux: name, folder: home.path)
        // In one call, so that nothing of the session is lost before the options are set.
        try run(
            [
                "start-server", ";", "set", "-g", "remain-on-exit", "on", ";", "set", "-g", "set-clipboard", "on", ";",
                "set", "-g", "default-terminal", "screen-256color", ";",
            ]
                + ["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)"]
                + variables.flatMap { ["-e", "\($0)=\($1)"] }
                // tmux 3.3a now and then forgets the status of a pane that has ended: the shell keeps it.
                + ["sh", "-c", #"trap : INT; file=$0; "$@"; echo $? >"$file""#, codeFile, home.binary] + words)
    }

    deinit {
        _ = try? run(["kill-server"])
        ChildKeeper.note(endedTmux: name, folder: home.path)
    }

    /// What a person sees.
    var screen: String { (try? run(["capture-pane", "-p"])) ?? "" }

    /// How the program ended; nil while it runs.
    var exitCode: Int? {
        let text = FileManager.default.contents(atPath: codeFile).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.hasSuffix("\n") ? Int(text.dropLast()) : nil
    }

    private var codeFile: String { "\(home.path)/\(name).code" }

    /// Presses keys, by tmux's names for them.
    func press(_ keys: String...) throws { try run(["send-keys"] + keys) }

    /// Types a text as it is.
    func type(_ text: String) throws { try run(["send-keys", "-l", text]) }

    /// Changes the size of the window.
    func resize(columns: Int, rows: Int) throws { try run(["resize-window", "-x", "\(columns)", "-y", "\(rows)"]) }

    /// Waits until the screen is as asked, and gives it; a failure shows what it was instead.
    @discardableResult
    func waitFor(
        _ what: Comment, within limit: Duration = .seconds(20), at location: SourceLocation = #_sourceLocation,
        _ condition: (String) -> Bool
    ) async -> String {
        var last = ""
        let isThere = await eventually(within: limit) {
            last = screen
            return condition(last)
        }
        if !isThere { Issue.record("\(what.rawValue) never came:\n\(last)", sourceLocation: location) }
        return last
    }

    /// Waits for a text on the screen.
    @discardableResult
    func waitFor(text: String, at location: SourceLocation = #_sourceLocation) async -> String {
        await waitFor(Comment(rawValue: text), at: location) { $0.contains(text) }
    }

    /// Waits for the end of the program and gives its exit code.
    func waitForEnd(within limit: Duration = .seconds(15)) async -> Int? {
        _ = await eventually(within: limit) { exitCode != nil }
        return exitCode
    }

    /// Runs a tmux command and gives its output.
    @discardableResult
    func run(_ words: [String]) throws -> String {
        let output = "tmux-\(name)-\(calls.add(1, ordering: .relaxed).newValue)"
        var launch = ChildProcess.Launch(["tmux", "-u", "-L", name, "-f", "/dev/null"] + words)
        launch.environment = home.environment
        launch.files.output = "\(home.path)/\(output)"
        launch.files.errors = "\(home.path)/\(output)"
        let end = try ChildProcess.run(launch)
        let text = home.text(of: output)
        unlink("\(home.path)/\(output)")
        guard end == .code(0) else { throw GolemHome.Failure(description: "tmux \(words): \(text)") }
        return text
    }
}
