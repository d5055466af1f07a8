// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// The durable memory of the engine.
///
/// Every write returns after its commit is on disk. Methods may be called from any task; none blocks the calling
/// thread. Errors are `StoreError`.
package protocol Store: Sendable {
    /// Stores a message, or finds that it was stored before.
    ///
    /// `onInserted` gets a new message before its commit, in the order of the numbers: what is queued there is in the
    /// order of the store, however many callers there are. It must be quick. The message's `isCommitted` becomes true
    /// with the commit; when the call throws, it is the caller's to make it false.
    func accept(
        _ message: InboundMessage, onInserted: @escaping @Sendable (StoredMessage) -> Void
    ) async throws(StoreError) -> Acceptance

    /// Messages that were accepted and not answered, oldest first; asked once at start.
    func unfinishedMessages() async throws(StoreError) -> [StoredMessage]

    /// What an unfinished turn did already.
    func progress(turn: Int64) async throws(StoreError) -> TurnProgress

    /// Notes messages of a running turn, and that tool calls are about to start.
    func noteProgress(turn: Int64, messages: [ModelMessage], startedCalls: [String]) async throws(StoreError)

    /// Ends a turn: session messages, outbox rows and the inbox row in one commit. Gives the outbox rows.
    func finish(_ record: TurnRecord) async throws(StoreError) -> [OutboundMessage]

    /// The newest messages of a session's current history, at most `limit`, oldest first.
    func history(session: String, limit: Int) async throws(StoreError) -> [HistoryMessage]

    /// The newest stored messages of a session for people, at most `limit`, oldest first; nil when the session is not known.
    ///
    /// All that is stored, also from before a history was begun anew; what cannot be read is there without a message.
    func transcript(session: String, limit: Int) async throws(StoreError) -> [TranscriptRow]?

    /// Outbox rows that wait, oldest first; asked at start.
    func pendingOutbound(limit: Int) async throws(StoreError) -> [OutboundMessage]

    /// Notes how a delivery attempt went.
    func noteDelivery(id: Int64, _ result: DeliveryNote) async throws(StoreError)

    /// Takes a message that was given up into delivery again; nil when there is none with that number.
    func reviveOutbound(id: Int64, now: Timestamp) async throws(StoreError) -> OutboundMessage?

    /// The newest messages that were given up and neither sent again nor dropped, at most `limit`, oldest first.
    func givenUpOutbound(limit: Int) async throws(StoreError) -> [GivenUpRow]

    /// Gives up a message for good that was given up before; nil when there is none with that number.
    func dropOutbound(id: Int64) async throws(StoreError) -> OutboundMessage?

    /// Stores a new approval request and gives its number.
    func createApproval(_ approval: ApprovalDraft) async throws(StoreError) -> Int64

    /// Notes the decision on an approval.
    func decideApproval(_ decision: ApprovalDecided, at time: Timestamp) async throws(StoreError)

    /// What became of an approval; nil when there never was one with that number.
    func approval(id: Int64) async throws(StoreError) -> ApprovalRecord?

    /// Stores a text for a chat that belongs to no turn's end, and gives its outbox row.
    func postOutbound(_ draft: OutboundDraft, at time: Timestamp) async throws(StoreError) -> OutboundMessage

    /// Marks all approvals that an earlier process left pending; their turns ask again. Gives which.
    func abandonApprovals(at time: Timestamp) async throws(StoreError) -> [AbandonedApproval]

    /// Appends events for later questions.
    func append(events: [Event]) async throws(StoreError)

    /// Events of one request, oldest first, from before the engine's memory.
    func events(requestID: String, limit: Int) async throws(StoreError) -> [Event]

    /// Deletes events older than `time`; returns how many.
    func pruneEvents(before time: Timestamp) async throws(StoreError) -> Int

    /// Commits everything and closes; blocks until done, so it is called from the thread that ends the process.
    func close()
}

/// How a delivery attempt went.
package enum DeliveryNote: Sendable, Equatable {
    /// The platform accepted it.
    case sent(platformID: String, at: Timestamp)
    /// It is tried again.
    case retry(error: String, at: Timestamp)
    /// It is given up.
    case dead(error: String, at: Timestamp)
}

/// An approval that was left pending by an earlier process.
package struct AbandonedApproval: Sendable, Equatable {
    /// Its number.
    package var id: Int64
    /// The tool.
    package var tool: String
    /// The session.
    package var session: String
    /// The request.
    package var requestID: String
}

/// An approval before it has a number.
package struct ApprovalDraft: Sendable, Equatable {
    /// The turn that waits.
    package var turn: Int64
    /// The tool call that waits.
    package var callID: String
    /// The session.
    package var session: String
    /// The request.
    package var requestID: String
    /// The tool.
    package var tool: String
    /// The whole arguments.
    package var arguments: String
    /// Why policy asks.
    package var reason: String
    /// When it was asked.
    package var requestedAt: Timestamp
    /// When it expires.
    package var expiresAt: Timestamp
}

/// Why the store could not do something.
package struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable code: `disk_full`, `damaged`, `not_damaged`, `too_new`, `not_writable`, `busy`, `closed`, `failed`.
    package let code: String
    /// A sentence for operators, with the next step.
    package let message: String
    /// Whether the same call may succeed later (a full disk that is cleaned up).
    package let isRetryable: Bool

    /// Makes an error.
    package init(code: String, message: String, isRetryable: Bool) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
    }

    package var description: String { message }
}
