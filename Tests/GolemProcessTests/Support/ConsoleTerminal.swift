// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemTestSupport
import Testing

/// A pty with `golem` (or a shell) at its near end and a virtual terminal at its far end; one test owns it.
final class ConsoleTerminal {
    let pty: PseudoTerminal
    let process: ChildProcess
    /// Everything that was started there lives as long as this terminal.
    private let home: GolemHome
    /// The modes before the program was started.
    let modes: [UInt32]

    /// Starts a program, which gets the pty as its controlling terminal.
    init(
        _ home: GolemHome, columns: Int = 80, rows: Int = 24, program: [String]? = nil, _ words: [String] = [],
        _ variables: [String: String] = [:]
    ) throws {
        self.home = home
        pty = try PseudoTerminal(columns: columns, rows: rows) { TerminalWidth.of($0) }
        modes = pty.modes()
        var name = [CChar](repeating: 0, count: 64)
        guard ttyname_r(pty.slave, &name, name.count) == 0 else {
            throw GolemHome.Failure(description: "a pty without a name: errno \(errno)")
        }
        var launch = ChildProcess.Launch((program ?? [home.binary]) + words)
        launch.environment = home.environment.merging(variables) { $1 }
        launch.terminal = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        process = try home.start(launch)
    }

    var screen: VirtualTerminal { pty.screen }

    /// Waits until the screen is as asked; a failure shows what it was instead.
    func waitFor(
        _ what: Comment, within limit: Duration = .seconds(20), at location: SourceLocation = #_sourceLocation,
        _ condition: (VirtualTerminal) -> Bool
    ) async {
        let isThere = await eventually(within: limit) {
            pty.pump()
            return condition(pty.screen)
        }
        if !isThere { Issue.record("\(what.rawValue) never came:\n\(pty.screen.text())", sourceLocation: location) }
    }

    /// Whether the line is full: the program can write nothing more until somebody reads.
    var isFull: Bool {
        var wait = pollfd(fd: pty.slave, events: Int16(POLLOUT), revents: 0)
        return poll(&wait, 1, 0) == 0
    }

    /// Waits for a text on the screen.
    func waitFor(text: String, at location: SourceLocation = #_sourceLocation) async {
        await waitFor(Comment(rawValue: text), at: location) { $0.text().contains(text) }
    }

    /// Reads what the program writes until it ends, and says how it ended.
    func waitForEnd(within limit: Duration = .seconds(10)) async -> ChildProcess.End? {
        _ = await eventually(within: limit) {
            pty.pump()
            return process.end != nil
        }
        pty.pump()
        return process.end
    }

    /// Whether the terminal is as a shell wants it: modes, main screen, cursor, no paste marks.
    func expectRestored(at location: SourceLocation = #_sourceLocation) {
        // In values of their own: a failure would print the whole grid.
        let (line, isAlternate, isCursorVisible) = (pty.modes(), screen.isAlternate, screen.isCursorVisible)
        let privateModes = screen.modes
        #expect(line == modes, "the modes of the line", sourceLocation: location)
        #expect(!isAlternate, "the alternate screen is left", sourceLocation: location)
        #expect(isCursorVisible, "the cursor is shown", sourceLocation: location)
        #expect(privateModes.subtracting([12, 25]) == [7], "only wrapping is on", sourceLocation: location)
    }
}
