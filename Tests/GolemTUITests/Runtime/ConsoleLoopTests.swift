// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemTestSupport
import Synchronization
import Testing

@testable import GolemTUI

extension CursesTests {
    /// The loop with the real terminal driver on a pty.
    @Suite struct ConsoleLoopTests {
        /// A running loop: its terminal, its mailbox, what it performed, and how it ended.
        private final class Session: Sendable {
            let mailbox: ConsoleMailbox<String>
            let performed = Mutex<[String]>([])
            let exit = Mutex<Result<ConsoleExit, TerminalError>?>(nil)

            init(capacity: Int = 4096) { mailbox = ConsoleMailbox(capacity: capacity) }

            func run(on slave: Int32, options: TerminalOptions, program: TypingProgram) async {
                do throws(TerminalError) {
                    let reason = try await ConsoleThread.run(mailbox: mailbox) { () throws(TerminalError) in
                        let terminal = try CursesTerminal(input: slave, output: slave, options: options)
                        return ConsoleLoop(
                            program: program, mailbox: self.mailbox, terminal: terminal, options: options,
                            clipboard: Clipboard(environment: [:])
                        ) { effect in self.performed.withLock { $0.append(effect) } }
                    }
                    exit.withLock { $0 = .success(reason) }
                } catch {
                    exit.withLock { $0 = .failure(error) }
                }
            }
        }

        private func options(type: String = "xterm-256color") -> TerminalOptions {
            var options = TerminalOptions()
            options.type = type
            return options
        }

        /// Runs `body` next to a loop; the loop must have ended or end by `^Q` afterwards.
        private func withLoop(
            options: TerminalOptions? = nil, capacity: Int = 4096, program: TypingProgram = TypingProgram(),
            prepare: (PseudoTerminal) -> Void = { _ in },
            _ body: (PseudoTerminal, Session) async throws -> Void
        ) async throws -> Result<ConsoleExit, TerminalError>? {
            let tty = try PseudoTerminal(columns: 60, rows: 12) { TextWidth.width(of: $0) }
            prepare(tty)
            let session = Session(capacity: capacity)
            let slave = tty.slave
            let chosen = options ?? self.options()
            async let running: Void = session.run(on: slave, options: chosen, program: program)
            do { try await body(tty, session) } catch {
                session.mailbox.stop(.quit)
                throw error
            }
            session.mailbox.stop(.quit)
            _ = await eventually {
                tty.pump()
                return session.exit.withLock { $0 != nil }
            }
            await running
            tty.pump()
            return session.exit.withLock { $0 }
        }

        private func shows(_ tty: PseudoTerminal, _ text: String) async -> Bool {
            let isShown = await eventually {
                tty.pump()
                return tty.screen.text().contains(text)
            }
            if !isShown { Issue.record("the screen is:\n\(tty.screen.text())unknown: \(tty.screen.unknown)") }
            return isShown
        }

        @Test(arguments: [
            "xterm-256color", "tmux-256color", "screen-256color", "linux", "vt100", "no-such-terminal", "",
        ])
        func `Keys are shown, and leaving gives the terminal back as it was`(type: String) async throws {
            var before: [UInt32] = []
            let result = try await withLoop(options: options(type: type), prepare: { before = $0.modes() }) {
                tty, session in
                try #require(await shows(tty, "size 60x12"))
                #expect(tty.modes() != before)
                tty.type("ab日\u{1B}[A\u{1B}OB")
                #expect(await shows(tty, "typed ab日<up><down>"))
                tty.type("\u{13}")
                #expect(await shows(tty, "<control(\"s\")>"))
                #expect(tty.screen.unknown.isEmpty)
                tty.type("\u{11}")
                _ = await eventually {
                    tty.pump()
                    return session.exit.withLock { $0 != nil }
                }
                #expect(tty.modes() == before)
                #expect(!tty.screen.isAlternate && tty.screen.isCursorVisible && !tty.screen.modes.contains(2004))
            }
            #expect(result == .success(.quit))
        }

        @Test func `Messages are shown, and lost ones are counted`() async throws {
            _ = try await withLoop(capacity: 3) { tty, session in
                try #require(await shows(tty, "size 60x12"))
                session.mailbox.post("hello from outside")
                #expect(await shows(tty, "hello from outside"))
            }
            let mailbox = ConsoleMailbox<Int>(capacity: 2)
            #expect(mailbox.post(1) && mailbox.post(2) && !mailbox.post(3))
            let contents = mailbox.take()
            #expect(contents.messages == [1, 2] && contents.dropped == 1)
            #expect(mailbox.take().messages.isEmpty && mailbox.take().dropped == 0)
        }

        @Test func `A resize shows the whole picture at the new size`() async throws {
            _ = try await withLoop { tty, _ in
                try #require(await shows(tty, "size 60x12"))
                tty.type("kept")
                #expect(await shows(tty, "typed kept"))
                for (columns, rows) in [(90, 30), (20, 5), (61, 13)] {
                    tty.resize(columns: columns, rows: rows)
                    #expect(await shows(tty, "size \(columns)x\(rows)"))
                    #expect(tty.screen.text(row: 1) == "typed kept")
                }
            }
        }

        @Test func `A stop from outside restores the terminal and says why`() async throws {
            var before: [UInt32] = []
            let result = try await withLoop(prepare: { before = $0.modes() }) { tty, session in
                try #require(await shows(tty, "size 60x12"))
                session.mailbox.stop(.signal(15))
                #expect(
                    await eventually {
                        tty.pump()
                        return session.exit.withLock { $0 != nil }
                    })
                #expect(tty.modes() == before)
                #expect(!tty.screen.isAlternate)
            }
            #expect(result == .success(.signal(15)))
        }

        @Test func `F50 a closed line ends the loop`() async throws {
            let result = try await withLoop { tty, session in
                try #require(await shows(tty, "size 60x12"))
                tty.hangUp()
                #expect(await eventually(within: .seconds(5)) { session.exit.withLock { $0 != nil } })
            }
            #expect(result == .success(.hangup))
        }

        @Test func `A terminal that is gone before the start is an error or a hang-up`() async throws {
            let result = try await withLoop(prepare: { $0.hangUp() }) { _, _ in }
            switch result {
            case .failure(let error): #expect(error.code == "terminal.not_a_terminal" || error.code == "terminal.gone")
            case .success(let exit): #expect(exit == .hangup)
            case nil: Issue.record("the loop did not end")
            }
        }

        @Test func `A terminal that takes nothing is not sent old pictures`() async throws {
            let result = try await withLoop { tty, session in
                try #require(await shows(tty, "size 60x12"))
                let before = tty.bytesReceived
                // Nobody reads while a hundred different pictures come by.
                for number in 0..<2000 {
                    session.mailbox.post("\(number) " + String(repeating: "\(number % 10)", count: 50))
                    if number % 20 == 0 { await Task.yield() }
                }
                session.mailbox.post("the newest state")
                #expect(await shows(tty, "the newest state"))
                #expect(tty.bytesReceived - before < 60_000)
            }
            #expect(result == .success(.quit))
        }

        @Test func `Nothing is sent while nothing changes`() async throws {
            _ = try await withLoop { tty, session in
                try #require(await shows(tty, "size 60x12"))
                session.mailbox.post("x")
                #expect(await shows(tty, "x\n"))
                let before = tty.bytesReceived
                for _ in 0..<50 { session.mailbox.post("x") }
                tty.type("\u{14}")
                #expect(await shows(tty, "round trip"))
                // The status query and the line "round trip", with the query of its frame.
                #expect(tty.bytesReceived - before < 60)
                #expect(await shows(tty, "x\n"))
                let queries = tty.screen.statusQueries
                for _ in 0..<5 { session.mailbox.post("x") }
                session.mailbox.post("y")
                #expect(await shows(tty, "y\n"))
                #expect(tty.screen.statusQueries - queries <= 2, "a query without a frame")
            }
        }

        @Test func `One frame is under way, and a key makes the next one newer`() async throws {
            _ = try await withLoop { tty, session in
                try #require(await shows(tty, "size 60x12"))
                tty.type("a")
                #expect(await shows(tty, "typed a"))
                tty.screen.answersStatusQueries = false
                session.mailbox.post("the frame under way")
                #expect(await shows(tty, "the frame under way"))
                let (before, queries) = (tty.bytesReceived, tty.screen.statusQueries)
                for key in "bcdefgh" {
                    tty.type(String(key))
                    session.mailbox.post("news \(key)")
                    #expect(await tty.waitUntilRead())
                }
                // Only an effect can tell that all of it was taken in.
                tty.type("\u{05}")
                #expect(await eventually { session.performed.withLock { $0 == ["abcdefgh"] } })
                tty.pump()
                #expect(tty.bytesReceived == before)
                tty.type("\u{1B}[0n")
                #expect(await shows(tty, "typed abcdefgh"))
                #expect(tty.screen.text().contains("news h"))
                #expect(tty.screen.statusQueries == queries + 1)
            }
        }

        @Test func `An answer in pieces is no key, nor are late and doubled ones`() async throws {
            var options = options()
            options.escapeDelay = .zero
            _ = try await withLoop(options: options) { tty, session in
                try #require(await shows(tty, "size 60x12"))
                tty.type("a")
                #expect(await shows(tty, "typed a"))
                tty.screen.answersStatusQueries = false
                session.mailbox.post("the frame under way")
                #expect(await shows(tty, "the frame under way"))
                for piece in ["\u{1B}", "[0", "n", "\u{1B}[0n\u{1B}[0n", "\u{1B}[3n", "b"] {
                    tty.type(piece)
                    #expect(await tty.waitUntilRead())
                }
                #expect(await shows(tty, "typed ab\n"))
            }
        }

        @Test func `A terminal that never answers is shown everything all the same`() async throws {
            let result = try await withLoop(prepare: { $0.screen.answersStatusQueries = false }) { tty, session in
                try #require(await shows(tty, "size 60x12"))
                tty.type("keys")
                #expect(await shows(tty, "typed keys"))
                for number in 0..<30 {
                    session.mailbox.post("message \(number)")
                    #expect(await shows(tty, "message \(number)"))
                }
                #expect(tty.screen.statusQueries < 10)
                tty.type("\u{14}")
                #expect(await shows(tty, "round trip"))
            }
            #expect(result == .success(.quit))
        }

        @Test func `A terminal that stops answering is shown everything again after a resize or a while`() async throws
        {
            _ = try await withLoop { tty, session in
                try #require(await shows(tty, "size 60x12"))
                tty.screen.answersStatusQueries = false
                session.mailbox.post("the answer to this is lost")
                #expect(await shows(tty, "the answer to this is lost"))
                tty.screen.answersStatusQueries = true
                // The size of another terminal: the console asks again.
                tty.resize(columns: 70, rows: 20)
                #expect(await shows(tty, "size 70x20"))
                session.mailbox.post("and this is shown")
                #expect(await shows(tty, "and this is shown"))
                tty.screen.answersStatusQueries = false
                session.mailbox.post("lost again")
                #expect(await shows(tty, "lost again"))
                tty.screen.answersStatusQueries = true
                tty.type("z")
                #expect(await shows(tty, "typed z"))
            }
        }

        @Test func `Frames are synchronized only where the terminal says that it knows how`() async throws {
            _ = try await withLoop { tty, _ in
                #expect(await shows(tty, "size 60x12"))
                tty.type("a")
                #expect(await shows(tty, "typed a"))
                #expect(tty.screen.modeCounts[2026] == nil)
            }
            _ = try await withLoop(prepare: { $0.screen.knowsSynchronizedOutput = true }) { tty, _ in
                #expect(await shows(tty, "size 60x12"))
                var typed = ""
                let synchronized = await eventually {
                    tty.type("a")
                    typed += "a"
                    let isShown = await shows(tty, "typed " + typed)
                    return isShown && tty.screen.modeCounts[2026, default: 0] > 0
                }
                #expect(synchronized)
                #expect(!tty.screen.modes.contains(2026))
            }
        }

        @Test func `Effects reach the terminal and the runner`() async throws {
            _ = try await withLoop { tty, session in
                try #require(await shows(tty, "size 60x12"))
                tty.type("hi\u{19}")
                #expect(await shows(tty, "sentToTerminal"))
                #expect(tty.screen.commands.contains("52;c;aGk="))
                tty.type("\u{05}")
                #expect(await eventually { session.performed.withLock { $0 == ["hi"] } })
                tty.type("\u{0F}")
                #expect(await shows(tty, "plain hi"))
                #expect(!tty.screen.isAlternate && tty.screen.text().contains("press any key"))
                tty.type("x")
                #expect(await shows(tty, "resumed"))
                #expect(tty.screen.isAlternate && tty.screen.text(row: 1) == "typed hi")
            }
        }

        @Test func `A long paste and a burst of keys arrive whole`() async throws {
            _ = try await withLoop { tty, _ in
                try #require(await shows(tty, "size 60x12"))
                tty.type("\u{1B}[200~pasted\rtext\u{1B}[201~")
                #expect(await shows(tty, "typed <paste(\"pasted\\ntext\")>"))
                tty.type("\u{08}qqq\u{1B}")
                #expect(await shows(tty, "<backspace>qqq<escape>"))
            }
        }

        @Test func `A dumb terminal and a file are refused`() throws {
            let tty = try PseudoTerminal(columns: 80, rows: 24) { TextWidth.width(of: $0) }
            #expect {
                _ = try CursesTerminal(input: tty.slave, output: tty.slave, options: options(type: "dumb"))
            } throws: {
                ($0 as? TerminalError)?.code == "terminal.dumb"
            }
            let mailbox = ConsoleMailbox<Int>()
            #expect {
                _ = try CursesTerminal(input: mailbox.descriptor, output: mailbox.descriptor, options: options())
            } throws: {
                ($0 as? TerminalError)?.code == "terminal.not_a_terminal"
            }
        }
    }
}
