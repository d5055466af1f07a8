// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Applies what the operator did, or what arrived, to the console's state; returns what the world outside has to do.
///
/// The only place where the state changes. It never waits, never reads a clock and never fails.
package func reduce(_ state: inout ConsoleState, _ action: ConsoleAction) -> [Effect] {
    switch action {
    case .timePassed(let now): state.now = now
    case .ticked: state.tick()
    case .keyPressed(let press):
        let before = state.memory
        let effects = state.press(press.key)
        return state.memory == before ? effects : effects + [.perform(.remember(state.memory))]
    case .linkUpdate(let update): return state.take(Intake.clean(update))
    case .commandReplied(let reply): state.take(reply)
    case .resized(let size):
        state.size = size
        state.settle()
    case .roundTripped:
        if case .confirm(var box)? = state.overlay {
            box.isRoundTripDone = true
            state.overlay = .confirm(box)
        }
    case .copied(let result):
        switch result {
        case .sentToTmux: state.say("sent to the tmux buffer", .ok)
        case .sentToTerminal: state.say("sent to terminal", .ok)
        case .failed(let reason): state.say("not sent: \(reason)", .warn)
        }
    case .resumed:
        // A round trip that was under way is lost with the screen.
        if case .confirm? = state.overlay { return [.perform(.resynchronise), .measureRoundTrip] }
        return [.perform(.resynchronise)]
    case .messagesDropped(let count):
        state.log.addGap("the console fell behind: \(count) messages from the engine left out, a snapshot follows")
        return [.perform(.resynchronise)]
    case .fileWritten(let path): state.say("saved to \(path)", .ok)
    case .fileFailed(let reason): state.say("not saved: \(reason)", .warn)
    }
    return []
}

extension ConsoleState {
    /// Shows a sentence in row 23.
    mutating func say(_ text: String, _ role: StyleRole = .normal, commandID: String? = nil) {
        notice = Notice(text: text, role: role, since: now.monotonic, commandID: commandID)
    }

    mutating func tick() {
        if let notice, now.monotonic - notice.since >= Notice.lifetime,
            !pending.contains(where: { $0.command.id == notice.commandID })
        {
            self.notice = nil
        }
        settle()
    }

    /// Pins selections to identities, so that the cursor never drifts to another object by itself.
    mutating func settle() {
        for id in view.panes(path: location.path) where !id.isText {
            let content = content(id)
            guard let index = selectedIndex(id, in: content) else { continue }
            select(index, in: id, content)
        }
    }

    // MARK: - The link

    mutating func take(_ update: LinkUpdate) -> [Effect] {
        switch update {
        case .connecting(let attempt): link.phase = .connecting(attempt: attempt)
        case .snapshot(let snapshot):
            link.heard(at: now, engineTime: snapshot.takenAt, roundTrip: nil)
            engine = snapshot.state
            log.join(snapshot.state.recent.elements, upTo: snapshot.state.seq)
            confirmReadBack()
        case .events(let events):
            link.heard(at: now)
            return fold(events)
        case .missed(let count):
            link.heard(at: now)
            log.addGap("\(count) events not received: this console or its link was too slow (^R asks again)")
        case .pulse(let roundTrip, let engineTime):
            link.heard(at: now, engineTime: engineTime, roundTrip: roundTrip)
        case .lost(let reason):
            link.phase = .lost(reason: reason)
            // Whatever row 23 says, the loss is news; what became of a command still is.
            if notice?.commandID == nil { notice = nil }
            link.lossReason = link.lastHeard == nil ? nil : reason
            link.roundTripMicroseconds = nil
        case .closed(let reason):
            link.phase = .closed(reason: reason)
            link.roundTripMicroseconds = nil
        }
        return []
    }

    private mutating func fold(_ events: [Event]) -> [Effect] {
        guard var engine else { return [] }
        self.engine = nil
        var isGap = false
        for event in events where event.seq > engine.seq {
            guard event.seq == engine.seq + 1 else {
                isGap = true
                break
            }
            engine.apply(event)
        }
        let last = engine.seq
        self.engine = engine
        log.append(events.lazy.filter { $0.seq <= last })
        if !pending.isEmpty { confirmReadBack() }
        // A gap is never guessed over: the engine is asked, and its snapshot closes it.
        return isGap ? [.perform(.resynchronise)] : []
    }

    // MARK: - Replies

    mutating func take(_ raw: CommandReply) {
        let reply = Intake.clean(raw)
        if case .loading(reply.commandID)? = transcript?.progress {
            takeTranscript(reply)
            return
        }
        guard let index = pending.firstIndex(where: { $0.command.id == reply.commandID }) else { return }
        pending[index].message = reply.message
        let line = pending[index].commandLine
        switch reply.status {
        case .accepted:
            pending[index].isAccepted = true
            say("accepted: \(reply.message)  = \(line)", .normal, commandID: reply.commandID)
            confirmReadBack()
        case .done:
            pending.remove(at: index)
            say("done: \(reply.message)  = \(line)", .ok)
        case .refused:
            pending.remove(at: index)
            say("refused: \(reply.message)  = \(line)", .crit)
        }
    }

    /// Ends accepted commands whose effect can be seen in what the engine says of itself.
    private mutating func confirmReadBack() {
        guard let engine else { return }
        for command in pending where command.isAccepted {
            guard Acting.isVisible(command.command.action, in: engine) else { continue }
            pending.removeAll { $0.command.id == command.command.id }
            say("done: \(command.message)  = \(command.commandLine)", .ok)
        }
    }

    private mutating func takeTranscript(_ reply: CommandReply) {
        guard reply.status != .refused else {
            transcript?.progress = .unavailable(reason: reply.message)
            return
        }
        guard let payload = reply.payload else {
            if reply.status == .done { transcript?.progress = .unavailable(reason: "the engine sent no transcript") }
            return
        }
        if let entries = TranscriptReader.entries(payload) {
            transcript?.progress = .loaded(entries)
        } else {
            transcript?.progress = .unavailable(reason: "the engine sent a transcript that this version cannot read")
        }
    }
}
