// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// `golem attach --plain`: what is printed for what the engine says, and what the `:` commands of standard input do.
///
/// A value without side effects: the owner prints the lines, sends the commands, and hands their replies back.
/// A person at a terminal is asked before something is changed; a script is not, like on the command line.
package struct PlainSession: Sendable {
    /// What the owner has to do.
    package enum Output: Sendable, Equatable {
        /// Print a line; it holds no control character.
        case line(String)
        /// Send a command; its reply is handed to ``take(_:now:)-(CommandReply,_)``.
        case send(Command)
        /// Ask for a fresh snapshot.
        case resynchronise
        /// End, successfully.
        case end
    }

    /// Lines that wait for the first snapshot at most.
    private static let waitingLimit = 1_000

    private(set) var state: ConsoleState
    private let isInteractive: Bool
    private var minimumLevel = LogLevel.debug
    private var filter = Filter.none
    private var question: ConfirmBox?
    private var waiting: [String] = []

    /// Makes a session; `commandPrefix` makes its command ids unique among all consoles.
    package init(
        actor: Command.Actor, isReadOnly: Bool, isInteractive: Bool, commandPrefix: String, now: ConsoleTime
    ) {
        state = ConsoleState(
            actor: actor, isReadOnly: isReadOnly, isInProcess: false, ids: CommandIDs(prefix: commandPrefix),
            size: Size(columns: 200, rows: 60), now: now, logCapacity: 1_000)
        self.isInteractive = isInteractive
    }

    // MARK: - What the engine says

    /// Takes an update of the link.
    package mutating func take(_ update: LinkUpdate, now: ConsoleTime) -> [Output] {
        _ = reduce(&state, .timePassed(now))
        let effects = reduce(&state, .linkUpdate(update))
        var outputs = effects.compactMap(Self.output)
        if case .events(let events) = update {
            outputs = lines(events) + outputs
        } else {
            outputs = PlainPrinter.lines(update).map(Output.line) + outputs
        }
        guard state.engine != nil, !waiting.isEmpty else { return outputs }
        let lines = waiting
        waiting = []
        return lines.reduce(into: outputs) { $0 += take(line: $1, now: now) }
    }

    private func lines(_ events: [Event]) -> [Output] {
        let matcher = filter.matcher()
        return events.compactMap { raw -> Output? in
            let event = Intake.clean(raw)
            let line = LogLine(id: event.seq, event: event, level: event.level, summary: event.summary)
            guard event.level >= minimumLevel, filter.isEmpty || matcher.matches(line.texts, field: line.field) else {
                return nil
            }
            return PlainPrinter.line(event).map(Output.line)
        }
    }

    /// Takes the reply to a command that was sent.
    package mutating func take(_ reply: CommandReply, now: ConsoleTime) -> [Output] {
        _ = reduce(&state, .timePassed(now))
        if case .loading(reply.commandID)? = state.transcript?.progress {
            _ = reduce(&state, .commandReplied(reply))
            return transcript()
        }
        _ = reduce(&state, .commandReplied(reply))
        return [.line(PlainPrinter.line(reply))]
    }

    private func transcript() -> [Output] {
        guard let transcript = state.transcript else { return [] }
        switch transcript.progress {
        case .loading: return []
        case .unavailable(let reason): return Self.say("refused: \(reason)")
        case .loaded(let entries):
            return [.line("-- transcript of \(transcript.session) --")] + PlainPrinter.lines(entries).map(Output.line)
        }
    }

    // MARK: - What is typed

    /// Takes a line of standard input; before the first snapshot it waits.
    package mutating func take(line raw: String, now: ConsoleTime) -> [Output] {
        _ = reduce(&state, .timePassed(now))
        guard state.engine != nil else {
            if waiting.count < Self.waitingLimit { waiting.append(raw) }
            return []
        }
        let line = Intake.line(raw).drop { $0 == " " }
        if let box = question {
            question = nil
            if let outputs = answer(box, String(line)) { return outputs }
        }
        guard !line.isEmpty else { return [] }
        guard line.first == ":" else { return Self.say("commands begin with a colon; :help lists them") }
        return run(String(line.dropFirst().drop { $0 == " " }))
    }

    private mutating func run(_ text: String) -> [Output] {
        guard !text.isEmpty else { return [] }
        switch CommandWords.parse(text) {
        case .go(let view): return show(view)
        case .trace: return runInView(text)
        case .sort: return runInView(text)
        case .level(let level):
            minimumLevel = level
            return Self.say("level \(level.rawValue) and above")
        case .filter(let source):
            do throws(Filter.BadPattern) {
                filter = try Filter.parse(source)
                return Self.say(filter.isEmpty ? "filter:none" : "filter:\(source)")
            } catch { return Self.say("filter: \(error.reason)") }
        case .help: return CommandWords.usages.map { .line("  :\($0)") }
        case .quit: return [.end]
        case .refresh: return [.resynchronise]
        case .zone: return Self.say("plain lines are always in UTC")
        case .mouse: return Self.say("plain output has no mouse")
        case .save: return Self.say("plain output is saved by redirecting it")
        case .transcript(let session):
            // The engine knows chats that wrote before its start, too.
            return state.openTranscript(of: session).compactMap(Self.output) + transcript()
        case .act(let action): return act(action)
        case .failure(let reason): return Self.say(reason)
        }
    }

    private mutating func act(_ action: Command.Action) -> [Output] {
        if let reason = state.changeRefusal { return Self.say("refused: \(reason)  = \(action.commandLine)") }
        guard isInteractive else { return state.send(action, seenSeq: nil).compactMap(Self.output) }
        switch Acting.box(for: action, state) {
        case .failure(let refusal): return Self.say("refused: \(refusal.reason)")
        case .success(let box):
            question = box
            var lines = [box.title] + box.lines.map { "  \(padded($0.label, to: 9, utf8: false)) \($0.text)" }
            let keys = box.buttons.map { "\($0.key) \($0.label)" }.joined(separator: ", ")
            lines.append(box.requiredWord.map { "type \($0) to go on" } ?? "\(keys); anything else cancels")
            return lines.map { .line("?? \(Format.oneLine($0))") }
        }
    }

    /// What the answer to a question does; nil when it is another command, and nothing was confirmed.
    private mutating func answer(_ box: ConfirmBox, _ line: String) -> [Output]? {
        let word = line.first == ":" ? String(line.dropFirst()) : line
        let button: ConfirmBox.Button?
        if let required = box.requiredWord {
            button = word == required ? box.buttons.first : nil
        } else {
            button = box.buttons.first { "\($0.key)" == word || $0.label.lowercased() == word.lowercased() }
        }
        switch button?.answer {
        case .send(let action)?, .typed(let action)?:
            return state.send(action, seenSeq: box.seenSeq).compactMap(Self.output)
        case .sendAll(let actions)?:
            return actions.flatMap { state.send($0, seenSeq: box.seenSeq) }.compactMap(Self.output)
        case .quit?, .save?, nil: return line.first == ":" && word.count > 1 ? nil : Self.say("cancelled")
        }
    }

    // MARK: - Views as lines

    private mutating func show(_ view: ViewID) -> [Output] {
        state.go(to: Location(view))
        var lines = view == .logs ? Array(Export.lines(of: state).suffix(50)) : Export.lines(of: state)
        if view == .overview { lines = lines.count > 1 ? lines : [Placeholder.empty(.problems, hidden: 0, state).text] }
        if view == .policy { lines += arguments() }
        if view == .mcp {
            lines += (state.engine?.mcpServers ?? [:]).sorted { $0.key < $1.key }.compactMap { name, server in
                server.why(now: state.shownTime).map { "why \(name): \(server.health.word), \(Format.oneLine($0))" }
            }
        }
        return ([heading()] + lines).map(Output.line)
    }

    /// All arguments of all calls that wait: whoever approves one here has them on the screen.
    private mutating func arguments() -> [String] {
        let pending = (state.engine?.approvals ?? [:]).sorted { $0.key < $1.key }
        let asked = (state.engine?.questions ?? [:]).sorted { $0.key < $1.key }
        let questions = asked.flatMap { id, open -> [String] in
            state.readQuestions.insert(open.question.askedAt)
            return ["question \(id): the MCP server \(open.question.server) asks, not Golem"]
                + TextPanes.question(open.question, width: 160).map { "    \($0.text)" }
        }
        return pending.flatMap { id, approval -> [String] in
            state.readApprovals.insert(id)
            let entries = JSONOutline.revealed(approval.request.arguments)
            return ["approval \(id): \(approval.request.tool), \(approval.request.reason)"]
                + entries.flatMap { entry in
                    entry.text.split(separator: "\n", omittingEmptySubsequences: false)
                        .map { "    \(entry.key.isEmpty ? "" : "\(entry.key): ")\($0)" }
                }
        } + questions
    }

    private mutating func runInView(_ text: String) -> [Output] {
        state.notice = nil
        _ = state.run(text)
        let notice = state.notice.map { [Output.line("-- \(Format.oneLine($0.text)) --")] } ?? []
        if state.notice?.role == .warn, state.view != .trace { return notice }
        return notice + ([heading()] + Export.savedLines(of: state)).map(Output.line)
    }

    private func heading() -> String {
        "-- \(([state.view.title] + state.location.path).joined(separator: " > ")), event \(state.engine?.seq ?? 0) --"
    }

    private static func say(_ text: String) -> [Output] { [.line("-- \(Format.oneLine(text)) --")] }

    private static func output(_ effect: Effect) -> Output? {
        switch effect {
        case .perform(.send(let command)): .send(command)
        case .perform(.resynchronise): .resynchronise
        default: nil
        }
    }
}
