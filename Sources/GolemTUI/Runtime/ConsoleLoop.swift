// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEvents

/// Runs a console program on a terminal: keys first, then messages, then one frame.
///
/// The loop, the program and the terminal belong to the one thread that calls ``run()``; everybody else talks to the
/// ``ConsoleMailbox``. Nothing here blocks but the wait for something to happen.
package final class ConsoleLoop<Program: ConsoleProgram> {
    /// The program in its present state.
    package private(set) var program: Program

    private let mailbox: ConsoleMailbox<Program.Message>
    private let terminal: any Terminal
    private let escapeDelay: Duration
    private let clock: () -> ConsoleTime
    private let perform: (Program.Effect) -> Void
    private var clipboard: Clipboard
    private var decoder = InputDecoder()
    private var pacer: FramePacer
    private var flow = FlowControl()
    private var signals: SignalPipe?
    private var exit: ConsoleExit?
    private var now: ConsoleTime

    /// When a begun escape sequence or paste is given up.
    private var decoderDeadline: Duration?
    /// When a burst of resizes is answered.
    private var resizeDeadline: Duration?
    private var nextTick = Duration.zero
    /// When to ask the pacer again.
    private var nextFrame: Duration?
    private var waitsForDrain = false
    /// When the round trips under way began.
    private var roundTrips: [Duration] = []
    /// Whether the plain screen is shown until a key is pressed.
    private var showsPlain = false

    private static var resizeDelay: Duration { .milliseconds(100) }
    private static var pasteDelay: Duration { .seconds(1) }
    private static var roundTripLimit: Duration { .seconds(2) }
    /// How long the rest of an answer may stay behind its first bytes.
    private static var answerDelay: Duration { .seconds(1) }

    /// Makes a loop; `perform` runs an effect on the console's thread and must not block.
    package init(
        program: Program, mailbox: ConsoleMailbox<Program.Message>, terminal: any Terminal, options: TerminalOptions,
        clipboard: Clipboard, clock: @escaping () -> ConsoleTime = ConsoleClock.now,
        perform: @escaping (Program.Effect) -> Void
    ) {
        self.program = program
        self.mailbox = mailbox
        self.terminal = terminal
        self.clipboard = clipboard
        self.clock = clock
        self.perform = perform
        escapeDelay = options.escapeDelay
        pacer = FramePacer(isRemote: options.isRemote)
        now = clock()
    }

    /// Runs until the program quits, somebody stops it, or the terminal is gone; gives the terminal back before it returns.
    package func run() throws(TerminalError) -> ConsoleExit {
        signals = try SignalPipe()
        defer { signals = nil }
        try terminal.enter()
        now = clock()
        scheduleTick()
        ask(.greeting)
        deliver(.resized(terminal.size))
        pacer.noteInput()
        while exit == nil {
            passDeadlines()
            drawIfDue()
            if exit == nil { wait() }
        }
        let reason = exit ?? .quit
        if reason == .hangup { terminal.abandon() } else { terminal.leave() }
        return reason
    }

    // MARK: Waiting

    /// Waits for bytes, messages, signals or the next deadline, and takes them in: keys before messages.
    private func wait() {
        var watched = [
            pollfd(fd: terminal.inputDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(
                fd: waitsForDrain || terminal.hasPendingOutput ? terminal.outputDescriptor : -1, events: Int16(POLLOUT),
                revents: 0),
        ]
        let count = poll(&watched, nfds_t(watched.count), timeout())
        now = clock()
        guard count > 0 else { return }
        let broken = POLLERR | POLLNVAL
        if watched[3].revents != 0 { drain(isBroken: Int32(watched[3].revents) & broken != 0) }
        if watched[0].revents != 0 { readKeys(isBroken: Int32(watched[0].revents) & broken != 0) }
        if watched[2].revents != 0, exit == nil { takeSignals() }
        if watched[1].revents != 0, exit == nil { takeMessages() }
    }

    /// Milliseconds to the next deadline, rounded up.
    private func timeout() -> Int32 {
        var next = nextTick
        let roundTripEnd = roundTrips.first.map { $0 + Self.roundTripLimit }
        for deadline in [decoderDeadline, resizeDeadline, nextFrame, flow.deadline, roundTripEnd] {
            if let deadline, deadline < next { next = deadline }
        }
        let (seconds, attoseconds) = max(.zero, next - now.monotonic).components
        return Int32(clamping: seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    private func passDeadlines() {
        if let deadline = decoderDeadline, deadline <= now.monotonic {
            decoderDeadline = nil
            take(decoder.expire())
        }
        if let deadline = resizeDeadline, deadline <= now.monotonic {
            resizeDeadline = nil
            updateSize()
        }
        if let begin = roundTrips.first, begin + Self.roundTripLimit <= now.monotonic { endRoundTrip(begin) }
        if flow.passDeadline(now: now.monotonic) { ask(.probe) }
        if nextTick <= now.monotonic {
            scheduleTick()
            terminal.maintain()
            clipboard.reap()
            deliver(.tick(now))
            pacer.noteData()
        }
    }

    /// The next tick comes when the wall clock's second changes.
    private func scheduleTick() {
        let intoSecond = now.wall.microseconds % 1_000_000
        nextTick = now.monotonic + .microseconds(1_000_000 - max(0, intoSecond))
    }

    // MARK: Taking in

    /// Reads all keys that are waiting.
    ///
    /// End of file, an error or a closed line mean that the terminal is gone.
    private func readKeys(isBroken: Bool) {
        guard !isBroken else {
            exit = .hangup
            return
        }
        var buffer = [UInt8](repeating: 0, count: 4096)
        var outputs: [InputDecoder.Output] = []
        for _ in 0..<16 {
            var wait = pollfd(fd: terminal.inputDescriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, 0) == 1 else { break }
            let count = read(terminal.inputDescriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else {
                exit = .hangup
                return
            }
            outputs += decoder.feed(buffer[..<count])
        }
        switch decoder.waiting {
        case .sequence:
            // The beginning of an answer looks like a lone escape. While a frame is under way waiting for the rest costs nothing:
            // the key could not be shown before the answer, whose first byte ends the wait.
            decoderDeadline = now.monotonic + (flow.expectsAnswer ? max(escapeDelay, Self.answerDelay) : escapeDelay)
        case .paste: decoderDeadline = now.monotonic + Self.pasteDelay
        case nil: decoderDeadline = nil
        }
        take(outputs)
    }

    private func take(_ outputs: [InputDecoder.Output]) {
        var keys: [KeyPress] = []
        for output in outputs {
            switch output {
            case .key(let key): keys.append(key)
            case .report(let report):
                terminal.receive(report)
                if report == .status { takeAnswer() }
            }
        }
        guard !keys.isEmpty else { return }
        pacer.noteInput()
        if showsPlain {
            showsPlain = false
            comeBack { () throws(TerminalError) in try self.terminal.reenter() }
        } else {
            deliver(.keys(keys))
        }
    }

    private func takeAnswer() {
        guard let question = flow.answered(now: now.monotonic), question.purpose == .roundTrip else { return }
        endRoundTrip(question.askedAt)
    }

    private func takeSignals() {
        let received = signals?.read() ?? []
        if received.contains(SIGWINCH), resizeDeadline == nil { resizeDeadline = now.monotonic + Self.resizeDelay }
        if received.contains(SIGTSTP) {
            suspend()
        } else if received.contains(SIGCONT), !showsPlain {
            comeBack { () throws(TerminalError) in try self.terminal.reenter() }
        }
    }

    private func takeMessages() {
        let contents = mailbox.take()
        if let stop = contents.exit {
            exit = stop
            return
        }
        for message in contents.messages { deliver(.message(message)) }
        if contents.dropped > 0 { deliver(.notice(.messagesDropped(contents.dropped))) }
        pacer.noteData()
    }

    private func updateSize() {
        guard terminal.updateSize() else { return }
        if flow.resized() { ask(.probe) }
        deliver(.resized(terminal.size))
        pacer.noteInput()
    }

    private func drain(isBroken: Bool) {
        do throws(TerminalError) {
            guard !isBroken else { throw TerminalError(code: "terminal.gone", message: "the terminal went away") }
            try terminal.flush()
            waitsForDrain = false
        } catch {
            exit = .hangup
        }
    }

    // MARK: Program and effects

    private func deliver(_ input: ConsoleInput<Program.Message>) {
        for effect in program.handle(input, now: now) where exit == nil { run(effect) }
    }

    private func run(_ effect: ConsoleEffect<Program.Effect>) {
        switch effect {
        case .quit: exit = .quit
        case .suspend: suspend()
        case .reportMouse(let isOn): terminal.reportMouse(isOn)
        case .repaint:
            terminal.invalidate()
            pacer.noteInput()
        case .measureRoundTrip:
            roundTrips.append(now.monotonic)
            ask(.roundTrip)
        case .copy(let text):
            deliver(.notice(.copied(clipboard.copy(text, to: terminal))))
            pacer.noteInput()
        case .showPlain(let lines):
            terminal.showPlain(lines + ["", "-- press any key --"])
            showsPlain = true
        case .perform(let effect): perform(effect)
        }
    }

    /// Ends the round trip that began then, unless it was given up.
    private func endRoundTrip(_ begin: Duration) {
        guard let index = roundTrips.firstIndex(of: begin) else { return }
        roundTrips.remove(at: index)
        deliver(.notice(.roundTrip(now.monotonic - begin)))
        pacer.noteInput()
    }

    /// Asks the terminal to say when it has read everything up to here.
    private func ask(_ purpose: FlowControl.Purpose) {
        guard terminal.askStatus() else { return }
        flow.asked(purpose, now: now.monotonic, bytesSent: terminal.bytesSent)
    }

    private func suspend() {
        showsPlain = false
        comeBack { () throws(TerminalError) in try self.terminal.suspendAndResume() }
        // Our own stop and continuation are not news.
        _ = signals?.read()
    }

    /// Takes the screen again, with whatever size it has by now.
    private func comeBack(_ body: () throws(TerminalError) -> Void) {
        do throws(TerminalError) { try body() } catch {
            exit = .hangup
            return
        }
        now = clock()
        scheduleTick()
        roundTrips.removeAll()
        flow = FlowControl(bytesSent: terminal.bytesSent)
        ask(.greeting)
        deliver(.resized(terminal.size))
        deliver(.notice(.resumed))
        pacer.noteInput()
    }

    // MARK: Drawing

    private func drawIfDue() {
        nextFrame = nil
        waitsForDrain = false
        guard exit == nil, !showsPlain else { return }
        switch pacer.decision(now: now.monotonic, isBlocked: !terminal.isWritable(), flow: flow) {
        case .idle, .waitForAnswer: return
        case .wait(let until): nextFrame = until
        case .waitForDrain: waitsForDrain = true
        case .draw:
            let frame = program.render(size: terminal.size, capabilities: terminal.capabilities, now: now)
            if terminal.draw(frame, askingStatus: flow.asks(now: now.monotonic)) {
                flow.asked(.frame, now: now.monotonic, bytesSent: terminal.bytesSent)
            }
            pacer.drew(now: now.monotonic, isDrained: !terminal.hasPendingOutput)
        }
    }
}
