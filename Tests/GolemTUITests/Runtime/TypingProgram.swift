// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

@testable import GolemTUI

/// A small program for tests: it shows what happened to it, and single keys ask for one effect each.
struct TypingProgram: ConsoleProgram {
    var lines: [String] = []
    var typed = ""
    var size = Size(columns: 1, rows: 1)
    var showsClock = false

    mutating func handle(_ input: ConsoleInput<String>, now: ConsoleTime) -> [ConsoleEffect<String>] {
        switch input {
        case .keys(let keys): return keys.flatMap { take($0.key) }
        case .resized(let size): self.size = size
        case .tick: break
        case .message(let text): lines = [text]
        case .notice(.roundTrip): lines.append("round trip")
        case .notice(.copied(let result)): lines.append("\(result)")
        case .notice(.resumed): lines.append("resumed")
        case .notice(.messagesDropped(let count)): lines.append("dropped \(count)")
        }
        return []
    }

    private mutating func take(_ key: Key) -> [ConsoleEffect<String>] {
        switch key {
        case .control("q"): return [.quit]
        case .control("t"): return [.measureRoundTrip]
        case .control("y"): return [.copy(typed)]
        case .control("o"): return [.showPlain(["plain " + typed])]
        case .control("e"): return [.perform(typed)]
        case .control("l"): return [.repaint]
        case .control("z"): return [.suspend]
        case .character(let character): typed.append(character)
        default: typed += "<\(key)>"
        }
        return []
    }

    func render(size: Size, capabilities: Capabilities, now: ConsoleTime) -> Frame {
        var frame = Frame(size: size, capabilities: capabilities)
        frame.put("size \(self.size.columns)x\(self.size.rows)", row: 0, column: 0, role: .title)
        frame.put("typed \(typed)", row: 1, column: 0)
        if showsClock { frame.put("\(now.wall.microseconds / 1_000_000)", row: 0, column: 20) }
        for (row, line) in lines.enumerated() { frame.put(line, row: row + 2, column: 0) }
        frame.cursor = Position(row: 1, column: 6 + TextWidth.width(of: typed))
        return frame
    }
}
