// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemEvents
import GolemTUI

/// The console of a very busy engine: bus, state keeper, link, loop and curses are the real ones, the terminal is a pty.
enum ConsoleBenchmark {
    /// What the engine has whether somebody looks or not, and the traffic.
    private struct World: Sendable {
        let time = SystemTime()
        let bus: EventBus
        let keeper: StateKeeper
        let traffic: [SampleTraffic.Happening]

        init() {
            bus = EventBus(time: time)
            keeper = StateKeeper(bus: bus, time: time)
            traffic = (0..<130_000).map { SampleTraffic.happening($0, deltas: 8) }
        }

        func publish(_ index: Int) {
            let happening = traffic[index % traffic.count]
            bus.publish(happening.kind, requestID: happening.requestID, session: happening.session)
        }

        /// Publishes so many events a second for a while and gives the rate that it reached; blocks its thread.
        func publish(perSecond: Int, seconds: Int) -> Double {
            let began = time.monotonicMicroseconds()
            let end = began + Int64(seconds) * 1_000_000
            var published = 0
            while true {
                let now = time.monotonicMicroseconds()
                if now >= end { return Double(published) * 1_000_000 / Double(now - began) }
                let due = Int((now - began) * Int64(perSecond) / 1_000_000)
                while published < due {
                    publish(published)
                    published += 1
                }
                usleep(500)
            }
        }

        /// Publishes as fast as it goes and gives the events a second; blocks its thread.
        func publishFlatOut(milliseconds: Int) -> Double {
            let began = time.monotonicMicroseconds()
            let end = began + Int64(milliseconds) * 1000
            var published = 0
            while true {
                for _ in 0..<512 {
                    publish(published)
                    published += 1
                }
                let now = time.monotonicMicroseconds()
                if now >= end { return Double(published) * 1_000_000 / Double(now - began) }
            }
        }
    }

    private struct NoCommands: CommandHandler {
        func handle(_ command: Command) async -> CommandReply {
            CommandReply(commandID: command.id, status: .refused, code: "bench", message: "a benchmark", seq: 0)
        }
    }

    static func run(_ options: BenchOptions) async -> Int32 {
        let world = World()
        let seconds = options.number("seconds", 10)
        let rate = options.number("rate", 50_000)
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await world.keeper.run() }
            var report: [String: JSONValue] = [:]
            var isFine = true
            for (name, key) in [("overview", "1"), ("chats", "2"), ("logs", "9")] {
                guard let figures = await paced(world, rate: rate, seconds: seconds, view: key) else {
                    isFine = false
                    continue
                }
                report[name] = figures
            }
            report["flat_out"] = await flatOut(world, pairs: options.number("pairs", 10))
            print(JSONValue.object(report).text)
            world.bus.close()
            return isFine ? 0 : 1
        }
    }

    /// Frames and keys of one view at a steady rate of events.
    private static func paced(_ world: World, rate: Int, seconds: Int, view: String) async -> JSONValue? {
        await withConsole(world, view: view) { terminal in
            // What the ring and the lists hold is there before it counts.
            _ = await BenchThread.run { world.publish(perSecond: rate, seconds: 1) }
            terminal.setTyping(true)
            _ = terminal.take()
            let before = CPUTime.ofThread(named: "golem-console")
            let reached = await BenchThread.run { world.publish(perSecond: rate, seconds: seconds) }
            let figures = terminal.take()
            let busy = CPUTime.ofThread(named: "golem-console") - before
            return .object([
                "events_per_second": .number(reached),
                "frames_per_second": .number(Double(figures.frames) / Double(seconds)),
                "bytes_per_frame": .number(Double(figures.bytes) / Double(max(1, figures.frames))),
                "keys": .integer(Int64(figures.keyToPaint.count)),
                "key_to_paint_p50_us": .integer(figures.keyToPaint.quantile(0.5) ?? 0),
                "key_to_paint_p99_us": .integer(figures.keyToPaint.quantile(0.99) ?? 0),
                "console_thread_share": .number(busy / Double(seconds)),
            ])
        }
    }

    /// Events a second without and with a console, in turns, and what the console costs.
    private static func flatOut(_ world: World, pairs: Int) async -> JSONValue {
        var without: [Double] = []
        var with: [Double] = []
        _ = await BenchThread.run { world.publishFlatOut(milliseconds: 300) }
        for _ in 0..<pairs {
            without.append(await BenchThread.run { world.publishFlatOut(milliseconds: 500) })
            let rate = await withConsole(world, view: "1") { _ in
                await BenchThread.run { world.publishFlatOut(milliseconds: 500) }
            }
            if let rate { with.append(rate) }
        }
        func median(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.sorted()[values.count / 2] }
        let losses = zip(without, with).map { 1 - $1 / $0 }
        return .object([
            "without_console_per_second": .number(median(without)), "with_console_per_second": .number(median(with)),
            "loss": .number(median(losses)),
        ])
    }

    /// Runs `body` next to a console on a terminal of 200 by 60 that shows a view; nil when there is no pty.
    private static func withConsole<Value: Sendable>(
        _ world: World, view: String, _ body: @Sendable (BenchTerminal) async -> Value
    ) async -> Value? {
        guard let terminal = BenchTerminal(columns: 200, rows: 60) else { return nil }
        let mailbox = ConsoleMailbox<ConsoleAction>()
        let link = LocalLink(bus: world.bus, keeper: world.keeper, commands: NoCommands(), time: world.time)
        let runner = EffectRunner(link: link, mailbox: mailbox, folder: "")
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await BenchThread.run { terminal.serve() } }
            group.addTask { await runner.run() }
            group.addTask { await loop(terminal, mailbox, runner) }
            var value: Value?
            var patience = 1_000
            while patience > 0, terminal.take().frames == 0 {
                patience -= 1
                try? await world.time.sleep(for: .milliseconds(5))
            }
            if patience > 0 {
                terminal.press(view)
                try? await world.time.sleep(for: .milliseconds(100))
                value = await body(terminal)
            }
            mailbox.stop(.quit)
            terminal.stop()
            group.cancelAll()
            return value
        }
    }

    private static func loop(
        _ terminal: BenchTerminal, _ mailbox: ConsoleMailbox<ConsoleAction>, _ runner: EffectRunner
    ) async {
        var options = TerminalOptions()
        options.type = "xterm-256color"
        let chosen = options
        let now = ConsoleClock.now()
        let state = ConsoleState(
            actor: Command.Actor(kind: "console", user: "bench", host: ""), isReadOnly: false, isInProcess: true,
            ids: CommandIDs(prefix: "b"), size: Size(columns: 80, rows: 24), now: now)
        do throws(TerminalError) {
            _ = try await ConsoleThread.run(mailbox: mailbox) { () throws(TerminalError) in
                let tty = try CursesTerminal(input: terminal.slave, output: terminal.slave, options: chosen)
                return ConsoleLoop(
                    program: ConsoleApp(state: state), mailbox: mailbox, terminal: tty, options: chosen,
                    clipboard: Clipboard(environment: [:]), perform: runner.perform)
            }
        } catch {
            print("no console: \(error.message)")
        }
    }
}

/// Processor time of this process's threads.
enum CPUTime {
    /// Seconds that the threads of a name have run.
    static func ofThread(named name: String) -> Double {
        guard let directory = opendir("/proc/self/task") else { return 0 }
        defer { closedir(directory) }
        var total = 0.0
        while let entry = readdir(directory) {
            let id = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard firstLine("/proc/self/task/\(id)/comm") == name,
                let text = firstLine("/proc/self/task/\(id)/schedstat").split(separator: " ").first,
                let nanoseconds = Double(text)
            else { continue }
            total += nanoseconds / 1e9
        }
        return total
    }

    private static func firstLine(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, Int32(line.count), file) != nil else { return "" }
        return String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
