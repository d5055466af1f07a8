// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// Everything that the console knows: what the engine said and where the operator is.
///
/// A value; only `reduce` changes it, and every picture is a function of it.
package struct ConsoleState: Sendable, Equatable {
    /// The operator.
    package let actor: Command.Actor
    /// Whether nothing may be changed.
    package let isReadOnly: Bool
    /// Whether the engine lives in this process.
    package let isInProcess: Bool
    /// The operator's own time zone.
    package let localZone: DisplayZone
    /// The zone that times are shown in.
    package var zone = DisplayZone.utc
    /// The present.
    package var now: ConsoleTime
    /// The terminal's size.
    package var size: Size
    /// The connection.
    package var link = LinkStatus()
    /// The engine, as last heard; nil before the first snapshot.
    package var engine: EngineState?
    /// The log of this console.
    package var log: LogRing
    /// Where the operator is.
    package var location = Location(.overview)
    /// Where the operator was, oldest first.
    package var visited: [Location] = [Location(.overview)]
    /// The place of `location` in `visited`.
    package var visitedIndex = 0
    /// Jumps that Esc undoes, newest last.
    var trail: [Trail] = []
    /// What is set up in each view.
    package var views: [ViewID: ViewState] = [:]
    /// Where the operator is in each list.
    package var panes: [PaneID: PaneState] = [:]
    /// What lies above the view.
    package var overlay: Overlay?
    /// What row 23 says.
    package var notice: Notice?
    /// Commands that are under way, oldest first.
    package var pending: [PendingCommand] = []
    /// The whole transcript that was asked for last.
    package var transcript: FullTranscript?
    /// Lines typed after `:`, newest last.
    package var commandHistory: [String] = []
    /// The problem that `!` went to last.
    package var visitedProblem: Problem.Subject?
    /// Approvals whose arguments were read to the end.
    package var readApprovals: Set<Int64> = []
    /// Questions that were read to the end, by the time when they were asked.
    package var readQuestions: Set<Timestamp> = []
    /// When a key was pressed last, in monotonic time.
    package var lastKeyAt = Duration.seconds(-60)
    /// When `^C` was pressed last, in monotonic time.
    var lastInterruptAt = Duration.seconds(-60)
    /// Where command ids come from.
    var ids: CommandIDs

    /// Makes the state of a console that knows nothing yet.
    package init(
        actor: Command.Actor, isReadOnly: Bool, isInProcess: Bool, ids: CommandIDs, size: Size, now: ConsoleTime,
        localZone: DisplayZone = .utc, logCapacity: Int = 50_000
    ) {
        self.localZone = localZone
        self.actor = actor
        self.isReadOnly = isReadOnly
        self.isInProcess = isInProcess
        self.ids = ids
        self.size = size
        self.now = now
        log = LogRing(capacity: logCapacity)
    }

    /// The view that is shown.
    package var view: ViewID { location.view }

    /// What is set up in the shown view.
    package var viewState: ViewState {
        get { views[view] ?? ViewState() }
        set { views[view] = newValue }
    }

    /// The pane that has the focus.
    package var focusedPane: PaneID {
        let panes = view.panes(path: location.path)
        return panes[min(max(0, viewState.focus), panes.count - 1)]
    }

    /// What the shown view shows of the engine: the frozen picture while it is paused.
    package var shownEngine: EngineState? { viewState.frozen?.engine ?? engine }

    /// The engine's clock for the shown view.
    package var shownTime: Timestamp { viewState.frozen?.time ?? engineTime }

    /// The engine's clock now, as far as it is known.
    package var engineTime: Timestamp { now.wall.adding(microseconds: link.clockOffset) }

    /// Where the operator is in a pane.
    package func pane(_ id: PaneID) -> PaneState { panes[id] ?? PaneState() }

    /// Open problems, worst first; muted ones are left out.
    package var problems: [Problem] { allProblems.filter { $0.mute == nil } }

    /// Open problems, worst first, muted ones last.
    var allProblems: [Problem] { engine?.problems(now: engineTime) ?? [] }

    /// What the header says of the connection.
    var linkWord: LinkStatus.Word { link.word(at: now.monotonic) }

    /// Why nothing can be changed now; nil when it can.
    var changeRefusal: String? {
        if isReadOnly { return "this console is read-only" }
        switch link.phase {
        case .connecting where link.lossReason != nil: return "the connection to the engine is lost"
        case .connecting: return "no connection to the engine yet"
        case .lost: return "the connection to the engine is lost"
        case .closed: return "the connection to the engine is closed"
        case .up: return nil
        }
    }
}

/// The whole transcript of a chat, as asked for.
package struct FullTranscript: Sendable, Equatable {
    /// Where the request stands.
    package enum Progress: Sendable, Equatable {
        /// The engine was asked.
        case loading(commandID: String)
        /// It came.
        case loaded([TranscriptEntry])
        /// It did not come.
        case unavailable(reason: String)
    }

    /// The chat.
    package var session: String
    /// Where the request stands.
    package var progress: Progress
}
