// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport

@testable import GolemTUI

/// An operator at a console: presses keys, lets time pass, and sees what was asked of the world.
struct Operator {
    var state: ConsoleState
    var effects: [Effect] = []

    /// A console; with `events`, it has heard their snapshot a moment ago.
    init(
        _ events: SampleEvents? = .busyHour(), isReadOnly: Bool = false, isInProcess: Bool = false,
        size: Size = Size(columns: 80, rows: 24), localZone: DisplayZone = .utc, logCapacity: Int = 50_000
    ) {
        let now = ConsoleTime(wall: SampleEvents.now, monotonic: .seconds(1_000))
        state = ConsoleState(
            actor: Command.Actor(kind: "console", user: "ops1", host: "gw-7"), isReadOnly: isReadOnly,
            isInProcess: isInProcess, ids: CommandIDs(prefix: "t"), size: size, now: now, localZone: localZone,
            logCapacity: logCapacity)
        if let events {
            hear(.snapshot(Snapshot(state: events.state, takenAt: SampleEvents.now)))
            hear(.pulse(roundTripMicroseconds: 204_000, engineTime: SampleEvents.now.adding(microseconds: -102_000)))
            wait(.milliseconds(200))
            effects = []
        }
    }

    mutating func act(_ action: ConsoleAction) { effects += reduce(&state, action) }

    mutating func hear(_ update: LinkUpdate) { act(.linkUpdate(update)) }

    mutating func wait(_ duration: Duration) {
        let time = ConsoleTime(
            wall: state.now.wall.adding(microseconds: Screen.microseconds(duration)),
            monotonic: state.now.monotonic + duration)
        act(.timePassed(time))
        act(.ticked)
    }

    mutating func press(_ keys: Key...) { for key in keys { act(.keyPressed(KeyPress(key))) } }

    mutating func type(_ text: String) { for character in text { act(.keyPressed(KeyPress(character))) } }

    /// Lets a box be answered: the terminal replied and the shortest time is over.
    mutating func arm() {
        act(.roundTripped(.milliseconds(200)))
        wait(.milliseconds(400))
    }

    /// The commands that were sent.
    var commands: [Command] {
        effects.compactMap { effect in
            if case .perform(.send(let command)) = effect { return command }
            return nil
        }
    }

    /// The picture at the present size.
    var picture: Frame { render(state, size: state.size, capabilities: Capabilities(colors: 256, utf8: true)) }

    /// The picture as text.
    var text: String { picture.text() }

    /// The picture, row by row.
    var rows: [String] { (0..<state.size.rows).map { picture.text(row: $0) } }

    /// One row of the picture, counted from 1 as in the specification.
    func row(_ number: Int) -> String { picture.text(row: number - 1) }
}
