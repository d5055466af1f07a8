// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

internal import CTerminalRestore
import Glibc

/// A real tty, drawn through curses.
package final class CursesTerminal: Terminal {
    package private(set) var size: Size
    package let capabilities: Capabilities
    package let inputDescriptor: Int32
    package let outputDescriptor: Int32
    package private(set) var bytesSent = 0

    private let options: TerminalOptions
    private let curses: CursesScreen
    private let modes: TerminalModes
    private var output: OutputQueue
    private var errors = StandardErrorCapture()
    private var state = State.outside
    private var synchronizes = false
    private var reportsMouse = false
    private var answers = ExpectedAnswers()

    private enum State {
        case outside
        case inside
        case gone
    }

    /// The number of xterm's private mode for synchronized output.
    private static let synchronizedOutput = 2026
    private static let statusQuery = Array("\u{1B}[5n".utf8)
    private static let mouseOff = "\u{1B}[?1006l\u{1B}[?1000l"

    /// Prepares a tty without touching it; throws when it is none, or when its type cannot place a cursor.
    package init(
        input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO, options: TerminalOptions
    ) throws(TerminalError) {
        guard isatty(output) == 1 else {
            throw TerminalError(code: "terminal.not_a_terminal", message: "standard output is not a terminal")
        }
        guard options.type != "dumb" else {
            throw TerminalError(code: "terminal.dumb", message: "TERM is dumb: use the plain mode")
        }
        modes = try TerminalModes(descriptor: input)
        let utf8 = ProcessLocale.prepare() && !options.isASCII
        let size = Self.kernelSize(output) ?? Size(columns: 80, rows: 24)
        curses = try CursesScreen(
            types: options.candidateTypes, size: size, useColor: options.color == .automatic, utf8: utf8)
        capabilities = Capabilities(colors: curses.colors, utf8: utf8)
        self.size = size
        self.options = options
        inputDescriptor = input
        outputDescriptor = output
        self.output = OutputQueue(descriptor: output)
    }

    deinit { output.close() }

    /// The terminal description in use, which may be a fallback for `TERM`.
    package var type: String { curses.type }

    package var mayHaveClipboard: Bool { TerminalOptions.isXtermLike(curses.type) }

    package var hasPendingOutput: Bool { !output.isEmpty }

    package func enter() throws(TerminalError) {
        guard state == .outside else { return }
        errors.begin()
        CrashHandler.install()
        var saved = modes.saved
        ctr_arm(outputDescriptor, &saved, resetSequence, errors.original, errors.file)
        guard modes.set(modes.raw, on: inputDescriptor) else {
            let error = errno
            ctr_disarm()
            _ = errors.end()
            throw TerminalError(code: "terminal.gone", message: "the terminal went away", errno: error)
        }
        state = .inside
        _ = updateSize()
        curses.invalidate()
        guard TerminalOptions.isXtermLike(curses.type) else { return }
        send(Array("\u{1B}[?2004h".utf8))
        if reportsMouse { reportMouse(true) }
        if options.allowsSynchronizedOutput, !synchronizes {
            answers.expect(.other)
            send(Array("\u{1B}[?\(Self.synchronizedOutput)$p".utf8))
        }
    }

    package func draw(_ frame: Frame, askingStatus: Bool) -> Bool {
        guard state == .inside else { return false }
        var bytes = curses.paint(frame)
        guard !bytes.isEmpty else { return false }
        if synchronizes {
            bytes =
                Array("\u{1B}[?\(Self.synchronizedOutput)h".utf8) + bytes
                + Array("\u{1B}[?\(Self.synchronizedOutput)l".utf8)
        }
        let asks = askingStatus && curses.isECMA48
        if asks {
            bytes += Self.statusQuery
            answers.expect(.status)
        }
        queue(bytes)
        return asks
    }

    package func flush() throws(TerminalError) {
        guard state == .inside else { return }
        guard ctr_is_armed() == 1 else {
            // A crash handler on another thread is giving the terminal back: not one more byte.
            output.discard()
            return
        }
        try output.flush()
    }

    package func isWritable() -> Bool { output.isEmpty && output.isReady() }

    package func updateSize() -> Bool {
        guard let now = Self.kernelSize(outputDescriptor), now != size else { return false }
        size = now
        curses.resize(now)
        return true
    }

    package func invalidate() { curses.invalidate() }

    package func send(_ bytes: [UInt8]) {
        guard state == .inside else { return }
        queue(bytes)
    }

    package func askStatus() -> Bool {
        guard state == .inside, curses.isECMA48 else { return false }
        answers.expect(.status)
        queue(Self.statusQuery)
        return true
    }

    package func reportMouse(_ isOn: Bool) {
        reportsMouse = isOn && TerminalOptions.isXtermLike(curses.type)
        guard TerminalOptions.isXtermLike(curses.type) else { return }
        send(Array((isOn ? "\u{1B}[?1000h\u{1B}[?1006h" : Self.mouseOff).utf8))
    }

    package func receive(_ report: TerminalReport) {
        answers.receive(report)
        if case .mode(Self.synchronizedOutput, let value) = report { synchronizes = value == 1 || value == 2 }
    }

    package func maintain() { errors.trim() }

    package func suspendAndResume() throws(TerminalError) {
        guard state == .inside else { return }
        leave()
        ctr_stop_process()
        try enter()
    }

    package func reenter() throws(TerminalError) {
        guard state != .gone else { return }
        if state == .inside {
            ctr_disarm()
            state = .outside
        }
        try enter()
    }

    package func showPlain(_ lines: [String]) {
        guard state == .inside else { return }
        var text = ""
        for line in lines { text += Sanitizer.clean(line, keepNewlines: false) + "\r\n" }
        output.append((reportsMouse ? Array(Self.mouseOff.utf8) : []) + curses.end() + Array(text.utf8))
        output.flushPatiently()
        synchronizes = false
    }

    package func leave() {
        guard state == .inside else { return }
        state = .outside
        guard ctr_is_armed() == 1 else { return }
        if reportsMouse { output.append(Array(Self.mouseOff.utf8)) }
        output.append(curses.end())
        if TerminalOptions.isXtermLike(curses.type) { output.append(Array("\u{1B}[?2004l".utf8)) }
        output.flushPatiently()
        discardAnswers()
        modes.set(modes.saved, on: inputDescriptor)
        ctr_disarm()
        let lines = errors.end()
        if !lines.isEmpty {
            let text = Array((lines.joined(separator: "\n") + "\n").utf8)
            _ = write(STDERR_FILENO, text, text.count)
        }
    }

    package func abandon() {
        state = .gone
        output.discard()
        ctr_disarm()
        _ = errors.end()
    }

    private func queue(_ bytes: [UInt8]) {
        bytesSent += bytes.count
        output.append(bytes)
        // A terminal that is gone shows in the loop's own poll.
        try? flush()
    }

    /// Waits a moment for answers that are on their way, so that the shell does not get them as typed keys.
    private func discardAnswers() {
        var decoder = InputDecoder()
        while let patience = answers.patience {
            var wait = pollfd(fd: inputDescriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, patience) == 1, Int32(wait.revents) & POLLIN != 0 else { break }
            var bytes = [UInt8](repeating: 0, count: 256)
            let count = read(inputDescriptor, &bytes, bytes.count)
            guard count > 0 else { break }
            for case .report(let report) in decoder.feed(bytes[..<count]) { answers.receive(report) }
        }
        answers = ExpectedAnswers()
    }

    /// What a crash handler writes: end a half-written sequence, then modes, colours, margins, cursor and screen.
    private var resetSequence: String {
        let common = "\u{18}\u{1B}\\\u{1B}[m\u{1B}(B\u{0F}\u{1B}[r\u{1B}[999;1H\u{1B}[?1l\u{1B}>\u{1B}[?7h"
        guard TerminalOptions.isXtermLike(curses.type) else { return common + "\u{1B}[?25h\r\n" }
        return common + "\u{1B}[?2026l\(Self.mouseOff)\u{1B}[?2004l\u{1B}[?25h\u{1B}[?1049l\r"
    }

    /// The size that the kernel holds, at most 1000 by 500; nil when it knows none.
    private static func kernelSize(_ descriptor: Int32) -> Size? {
        var columns: Int32 = 0
        var rows: Int32 = 0
        guard ctr_window_size(descriptor, &columns, &rows) == 0 else { return nil }
        return Size(columns: min(1000, Int(columns)), rows: min(500, Int(rows)))
    }
}
