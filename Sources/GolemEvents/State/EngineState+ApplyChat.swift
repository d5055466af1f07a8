// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension EngineState {
    mutating func applyChat(_ event: Event) {
        switch event.kind {
        case .chatReceived(let received): apply(received, event)
        case .chatRejected(let rejected): apply(rejected, event)
        case .turnStarted(let started): apply(started, event)
        case .turnDelta(let delta): apply(delta, event)
        case .turnFinished(let finished): apply(finished, event)
        case .turnFailed(let failed): apply(failed, event)
        default: break
        }
    }

    private mutating func apply(_ received: ChatReceived, _ event: Event) {
        let session = event.session ?? "\(received.channel):\(received.chatID)"
        if chats[session] == nil {
            chats[session] = ChatState(
                channel: received.channel, chatID: received.chatID,
                sender: received.isOperator == true ? "" : received.sender, at: event.time)
            evictChats(except: session)
        }
        refused[session] = nil
        withChat(session, at: event.time) { chat in
            // The list names the person whose chat it is, not the operator who helped out.
            if received.isOperator != true { chat.sender = received.sender }
            // Counted here: the event's own figure may be older than the end of a turn that was published before it.
            chat.queueDepth += 1
            if chat.queueDepth == 1 {
                chat.phase = .queued
                chat.since = event.time
                chat.requestID = event.requestID
            }
            chat.transcript.append(
                TranscriptEntry(
                    time: event.time, role: .user, text: bounded(received.text, 2_000), name: received.sender,
                    outcome: TranscriptEntry.queued, requestID: event.requestID))
        }
        withTrace(event) { trace in
            trace.sender = received.sender
            trace.append(
                TraceStep(
                    start: event.time, durationMicroseconds: 0, kind: .inbound,
                    title: "\(received.channel) \(received.length) chars", detail: bounded(received.text, 300)))
        }
    }

    private mutating func apply(_ rejected: ChatRejected, _ event: Event) {
        guard rejected.code == "not_allowed" else { return }
        let session = event.session ?? "\(rejected.channel):\(rejected.chatID)"
        refused[session] = RefusedSender(
            channel: rejected.channel, chatID: rejected.chatID, sender: rejected.sender, reason: rejected.reason,
            time: event.time, count: (refused[session]?.count ?? 0) + 1)
        if refused.count > 64, let oldest = refused.min(by: { ($0.value.time, $0.key) < ($1.value.time, $1.key) }) {
            refused[oldest.key] = nil
        }
    }

    private mutating func apply(_ started: TurnStarted, _ event: Event) {
        runningTurns += 1
        let session = event.session ?? "\(started.channel):\(started.chatID)"
        if chats[session] == nil {
            chats[session] = ChatState(
                channel: started.channel, chatID: started.chatID, sender: started.sender, at: event.time)
            evictChats(except: session)
        }
        withChat(session, at: event.time) { chat in
            chat.phase = .thinking
            chat.since = event.time
            chat.requestID = event.requestID
            chat.step = 0
            chat.stepLimit = started.stepLimit
            chat.turnTokens = 0
            chat.queueDepth = max(1, chat.queueDepth)
            chat.liveText = ""
            chat.liveThinking = ""
            chat.runningTools = [:]
            chat.leaveQueue(event.requestID)
        }
        withTrace(event) { trace in
            trace.sender = started.sender
            trace.queueMicroseconds = started.queuedMicroseconds
            trace.append(
                TraceStep(
                    start: event.time.adding(microseconds: -started.queuedMicroseconds),
                    durationMicroseconds: started.queuedMicroseconds, kind: .queue,
                    title: started.isResumed ? "resumed after a restart" : "waited for a lane"))
        }
    }

    private mutating func apply(_ delta: TurnDelta, _ event: Event) {
        withChat(event.session, at: event.time) { chat in
            switch chat.phase {
            case .idle, .queued, .failed, .refused: return
            case .thinking, .answering, .tool, .waiting, .asked: break
            }
            if delta.isThinking {
                chat.liveThinking = Self.newest(chat.liveThinking + delta.text, 4_000)
            } else {
                if chat.phase != .answering {
                    chat.phase = .answering
                    chat.since = event.time
                }
                chat.liveText = Self.newest(chat.liveText + delta.text, 16_000)
            }
        }
    }

    private mutating func apply(_ finished: TurnFinished, _ event: Event) {
        runningTurns = max(0, runningTurns - 1)
        finishedTurns += 1
        turns.record(
            finished.durationMicroseconds, at: event.time, amount: finished.tokensIn + finished.tokensOut)
        withChat(event.session, at: event.time) { chat in
            chat.endTurn(at: event.time)
            chat.leaveQueue(event.requestID)
            chat.turns += 1
            chat.turnTokens = finished.tokensIn + finished.tokensOut
            chat.totalTokens += UInt64(max(0, chat.turnTokens))
            chat.transcript.append(
                TranscriptEntry(
                    time: event.time, role: .assistant, text: bounded(finished.text, 4_000), name: chat.model,
                    outcome: finished.stopReason == "answered" ? "" : finished.stopReason,
                    durationMicroseconds: finished.durationMicroseconds, requestID: event.requestID))
        }
        withTrace(event) { trace in
            trace.finished = event.time
            trace.outcome = finished.stopReason
            trace.tokensIn = finished.tokensIn
            trace.tokensOut = finished.tokensOut
            if finished.stopReason != "answered" && finished.stopReason != "command" {
                trace.append(
                    TraceStep(
                        start: event.time, durationMicroseconds: 0, kind: .note,
                        title: "ended: \(finished.stopReason)", isError: true))
            }
        }
    }

    private mutating func apply(_ failed: TurnFailed, _ event: Event) {
        runningTurns = max(0, runningTurns - 1)
        failedTurns += 1
        turns.record(failed.durationMicroseconds, at: event.time, isError: true)
        withChat(event.session, at: event.time) { chat in
            chat.endTurn(at: event.time)
            chat.leaveQueue(event.requestID)
            // A turn that somebody ended did not fail.
            if chat.queueDepth == 0, failed.code != "cancelled" {
                chat.phase = .failed(reason: bounded(failed.message, 300))
            }
            chat.transcript.append(
                TranscriptEntry(
                    time: event.time, role: .notice, text: bounded(failed.message, 1_000), name: failed.code,
                    outcome: "error", durationMicroseconds: failed.durationMicroseconds, requestID: event.requestID))
        }
        withTrace(event) { trace in
            trace.finished = event.time
            trace.outcome = "FAILED \(failed.code)"
            trace.append(
                TraceStep(
                    start: event.time, durationMicroseconds: 0, kind: .note, title: "failed: \(failed.code)",
                    detail: bounded(failed.message, 300), isError: true))
        }
    }

    private static func newest(_ text: String, _ limit: Int) -> String {
        text.utf8.count <= limit ? text : String(text.suffix(limit * 3 / 4))
    }
}

extension ChatState {
    /// The message of a request does not wait any more.
    mutating func leaveQueue(_ requestID: String?) {
        transcript.updateLast(where: {
            $0.role == .user && $0.outcome == TranscriptEntry.queued && $0.requestID == requestID
        }) { $0.outcome = "" }
    }

    mutating func endTurn(at time: Timestamp) {
        queueDepth = max(0, queueDepth - 1)
        phase = queueDepth > 0 ? .queued : .idle
        since = time
        liveText = ""
        liveThinking = ""
        runningTools = [:]
    }
}
