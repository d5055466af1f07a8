// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Follows the status queries that end frames, so that never more than one frame is under way: a value that is told the time.
///
/// A pty and what lies behind it swallow about 20 kB before they push back; on a slow line that is old news for many seconds.
/// Only the terminal's own answer says that a frame was read. Terminals answer in order, so the oldest question is the one that
/// an answer belongs to. An answer that seems lost is looked for by asking once more; a terminal that never answers, or does
/// so no longer, holds nothing up.
struct FlowControl: Sendable, Equatable {
    /// What a query was sent for.
    enum Purpose: Sendable, Equatable {
        /// To learn at the start whether the terminal answers.
        case greeting
        /// To learn that the frame before it was read.
        case frame
        /// To time a round trip.
        case roundTrip
        /// To learn whether an answer was lost.
        case probe
    }

    /// A query under way.
    struct Question: Sendable, Equatable {
        var purpose: Purpose
        var askedAt: Duration
        /// Bytes sent to the terminal up to its end.
        var bytes: Int
    }

    /// What is known of the terminal.
    enum Standing: Sendable, Equatable {
        /// Nothing yet.
        case unknown
        /// It answers.
        case answers
        /// It does not.
        case silent
    }

    /// How long data waits at the start to learn whether the terminal answers.
    private static let greetingPatience = Duration.seconds(1)
    /// How long an answer may take on top of what the bytes before it need.
    private static let patience = Duration.seconds(3)
    /// The time of a byte on the slowest line that is thought of.
    private static let slowestByte = Duration.milliseconds(10)
    /// How much slower than it once was a line may be.
    private static let slack = 4
    /// How long the second of two answers may stay behind.
    private static let settling = Duration.milliseconds(500)
    private static let probeLimit = 3
    /// How often a silent terminal is asked again.
    private static let silentPause = Duration.seconds(10)
    private static let questionLimit = 64

    /// Whether the terminal answers.
    private(set) var standing = Standing.unknown
    /// From the departure of the last frame that was answered until its answer.
    private(set) var roundTrip: Duration?

    /// Oldest first.
    private var questions: [Question] = []
    /// When the oldest question's answer is taken for lost, or the wait for a second one ends.
    private(set) var deadline: Duration?
    private var isSettling = false
    private var probes = 0
    private var lastAsked: Duration?
    /// Bytes that the terminal has read for certain.
    private var bytesRead: Int
    /// The least time that a byte was seen to take.
    private var byteTime = Self.slowestByte

    /// Makes the flow of a terminal of which nothing is known and that was sent so many bytes.
    init(bytesSent: Int = 0) { bytesRead = bytesSent }

    /// Whether the next frame has to wait for an answer.
    ///
    /// While nothing is known, only data waits.
    func isWaiting(forInput: Bool) -> Bool {
        switch standing {
        case .silent: false
        case .unknown: !forInput && !questions.isEmpty
        case .answers: questions.contains { $0.purpose == .frame || $0.purpose == .probe }
        }
    }

    /// Whether an answer may arrive among the keys.
    var expectsAnswer: Bool { standing != .silent && !questions.isEmpty }

    /// Whether the next frame ends with a query.
    func asks(now: Duration) -> Bool {
        guard standing == .silent, let lastAsked else { return true }
        return lastAsked + Self.silentPause <= now
    }

    /// A query was sent at `now`; `bytesSent` counts everything up to its end.
    mutating func asked(_ purpose: Purpose, now: Duration, bytesSent: Int) {
        if standing == .silent, purpose == .frame { questions.removeAll() }
        if questions.count == Self.questionLimit { questions.removeFirst() }
        questions.append(Question(purpose: purpose, askedAt: now, bytes: bytesSent))
        lastAsked = now
        guard deadline == nil, standing != .silent else { return }
        deadline = now + patience(for: purpose)
    }

    /// An answer came at `now`: the question that it belongs to; nil when nothing was asked, which is harmless.
    mutating func answered(now: Duration) -> Question? {
        standing = .answers
        guard !questions.isEmpty else { return nil }
        let question = questions.removeFirst()
        // Whose answer it was is not certain while a probe is under way.
        if question.purpose == .frame || question.purpose == .greeting, probes == 0 {
            let took = max(.zero, now - question.askedAt)
            roundTrip = took
            byteTime = min(byteTime, took / max(1, question.bytes - bytesRead))
        }
        bytesRead = question.bytes
        waitForNext(now: now)
        return question
    }

    /// Looks at the deadline; true when a probe has to be sent.
    mutating func passDeadline(now: Duration) -> Bool {
        guard let deadline, deadline <= now else { return false }
        self.deadline = nil
        guard standing == .answers else {
            standing = .silent
            return false
        }
        if isSettling {
            // The probe was answered and what was asked before it was not: those answers are lost.
            let last = questions.lastIndex { $0.purpose == .probe } ?? questions.startIndex
            questions.removeSubrange(...last)
            waitForNext(now: now)
            return false
        }
        guard probes < Self.probeLimit else {
            standing = .silent
            roundTrip = nil
            return false
        }
        probes += 1
        return true
    }

    /// The terminal changed its size, and may be another one now: what is under way may never be answered.
    ///
    /// True when a probe has to be sent.
    mutating func resized() -> Bool {
        roundTrip = nil
        if standing == .silent { lastAsked = nil }
        guard standing == .answers, !questions.isEmpty, !isSettling, probes == 0 else { return false }
        deadline = nil
        probes = 1
        return true
    }

    private mutating func waitForNext(now: Duration) {
        isSettling = questions.contains { $0.purpose == .probe }
        if isSettling {
            deadline = now + Self.settling + (roundTrip ?? .zero)
        } else {
            probes = 0
            deadline = questions.first.map { now + patience(for: $0.purpose) }
        }
    }

    private func patience(for purpose: Purpose) -> Duration {
        guard standing != .unknown else { return Self.greetingPatience }
        let unread = max(0, (questions.last?.bytes ?? 0) - bytesRead)
        let reading = byteTime * (Self.slack * unread) + (roundTrip ?? .zero) * 2
        return Self.patience * (purpose == .probe ? 1 << max(0, probes - 1) : 1) + reading
    }
}
