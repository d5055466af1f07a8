// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemTestSupport
import Testing

/// The console behind a line of a few hundred bytes a second, whose buffers swallow a dozen frames.
@Suite struct SlowLineTests {
    /// Reads a terminal's bytes at the speed of a line, and answers as a terminal does when it has read a query.
    private struct Line {
        let console: ConsoleTerminal
        let bytesPerSecond: Int
        private let clock = ContinuousClock()
        private let start: ContinuousClock.Instant
        private var passed = 0

        init(_ console: ConsoleTerminal, bytesPerSecond: Int) {
            self.console = console
            self.bytesPerSecond = bytesPerSecond
            start = clock.now
        }

        /// Lets through what fits since the last call; at least a byte at a time, at most a hundredth of a second's.
        mutating func pump() {
            let elapsed = clock.now - start
            let (seconds, attoseconds) = elapsed.components
            let due = Int(seconds) * bytesPerSecond + Int(attoseconds / 1_000_000_000) * bytesPerSecond / 1_000_000_000
            guard due > passed else { return }
            let before = console.pty.bytesReceived
            console.pty.pump(atMost: min(due - passed, max(1, bytesPerSecond / 100)))
            // A line does not save up what it did not use.
            passed = console.pty.bytesReceived == before ? due : passed + console.pty.bytesReceived - before
        }

        mutating func waitFor(
            _ what: Comment, at location: SourceLocation = #_sourceLocation, _ condition: (PseudoTerminal) -> Bool
        ) async throws {
            let isThere = await eventually(within: .seconds(90)) {
                pump()
                return condition(console.pty)
            }
            try #require(
                isThere, "\(what.rawValue) never came:\n\(console.screen.text())", sourceLocation: location)
        }
    }

    private static func startEcho(_ home: GolemHome) async throws -> GolemHome.Server {
        let scenario = try home.write(#"{"replies": [{"text": "echo {user}"}]}"#, to: "scenario.json")
        return try await home.startServer("--scenario", scenario)
    }

    @Test(arguments: [500, 2_000])
    func `Help is shown after at most the one frame that was under way`(bytesPerSecond: Int) async throws {
        let home = try GolemHome()
        let server = try await Self.startEcho(home)
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Something changes all the time, on every row of the log.
            group.addTask {
                let client = HTTPClient()
                var number = 0
                while !Task.isCancelled {
                    number += 1
                    let text = "message \(number) " + String(repeating: "\(number % 10)", count: 60)
                    _ = await client.chat(port: server.port, session: "s\(number % 7)", message: text)
                }
            }
            var line = Line(try ConsoleTerminal(home, ["attach"]), bytesPerSecond: bytesPerSecond)
            let pty = line.console.pty
            try await line.waitFor("the first picture") { $0.screen.text().contains("LIVE") }
            pty.type("9")
            try await line.waitFor("the log") { $0.screen.text().contains("[9 Log") }
            let first = pty.queryEnds.count
            try await line.waitFor("three frames of the log") { $0.queryEnds.count >= first + 3 }
            // In the middle of a frame: what was sent of it before the key is not counted.
            let frame = pty.bytesReceived
            try await line.waitFor("a frame") { $0.bytesReceived > frame + 50 }

            let (before, frames) = (pty.bytesReceived, pty.queryEnds.count)
            pty.type("?")
            try await line.waitFor("the help") { $0.screen.text().contains("[ Help: Logs") }
            let untilHelp = pty.bytesReceived - before
            let framesUntilHelp = pty.queryEnds.count - frames
            try await line.waitFor("the end of the help") { $0.queryEnds.count > frames + framesUntilHelp }
            group.cancelAll()

            #expect(framesUntilHelp <= 1, "frames of old news between the key and the help")
            let ends = pty.queryEnds
            let underWay = framesUntilHelp == 1 ? ends[frames] - before : 0
            let help = ends[frames + framesUntilHelp] - (framesUntilHelp == 1 ? ends[frames] : before)
            #expect(untilHelp <= underWay + help)
            // No frame of this size is larger than a whole picture.
            let wholePicture = 4_096
            #expect(underWay <= wholePicture && help <= wholePicture, "\(underWay) and \(help) bytes")
            #expect(line.console.screen.unknown == [])
        }
        #expect(await server.isHealthy())
    }

    @Test func `A key typed while the line is idle is shown by the next frame`() async throws {
        let home = try GolemHome()
        _ = try await Self.startEcho(home)
        var line = Line(try ConsoleTerminal(home, ["attach"]), bytesPerSecond: 500)
        let pty = line.console.pty
        try await line.waitFor("the first picture") { $0.screen.text().contains("LIVE") }
        let frames = pty.queryEnds.count
        try await line.waitFor("the clock") { $0.queryEnds.count > frames }
        let before = pty.queryEnds.count
        pty.type("?")
        try await line.waitFor("the help") { $0.screen.text().contains("[ Help: Overview") }
        #expect(pty.queryEnds.count - before <= 1)
        // Typing goes on over the frames under way; nothing of it is lost, and no answer becomes a letter of it.
        pty.type("approval")
        try await line.waitFor("the words") { $0.screen.text().contains("search: approval") }
    }
}
