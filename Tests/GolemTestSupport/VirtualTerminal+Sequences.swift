// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension VirtualTerminal {
    /// Does what a control sequence says; `text` is what follows `ESC [`, with its final character.
    mutating func execute(_ text: String) {
        guard let final = text.last else { return }
        let body = text.dropLast()
        if let mark = body.first, "?><=".contains(mark) {
            privateSequence(mark, body.dropFirst(), final: final)
            return
        }
        if body.contains(where: { !"0123456789;".contains($0) }) {
            unknown.append("CSI \(text)")
            return
        }
        let numbers = body.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        let count = max(1, numbers.first ?? 1)
        switch final {
        case "A": move(max(row - count, row >= top ? top : 0), column)
        case "B", "e": move(min(row + count, row <= bottom ? bottom : rows - 1), column)
        case "C": move(row, column + count)
        case "D": move(row, column - count)
        case "G", "`": move(row, count - 1)
        case "d": move(count - 1, column)
        case "H", "f": move(count - 1, max(1, numbers.count > 1 ? numbers[1] : 1) - 1)
        case "Z": move(row, max(0, (column - 1) / 8 * 8))
        case "J": eraseScreen(numbers.first ?? 0)
        case "K": eraseLine(numbers.first ?? 0)
        case "X": erase(column..<min(columns, column + count))
        case "P": shift(removing: count)
        case "@": shift(inserting: count)
        case "L": if row >= top, row <= bottom { scroll(from: row, to: bottom, by: -count) }
        case "M": if row >= top, row <= bottom { scroll(from: row, to: bottom, by: count) }
        case "S": scroll(from: top, to: bottom, by: count)
        case "T": scroll(from: top, to: bottom, by: -count)
        case "r":
            top = count - 1
            bottom = min(rows, numbers.count > 1 && numbers[1] > 0 ? numbers[1] : rows) - 1
            move(0, 0)
        case "b": repeatLast(count)
        case "m": setStyle(numbers.isEmpty ? [0] : numbers)
        case "n" where numbers == [5]:
            statusQueries += 1
            if answersStatusQueries { answers += Array("\u{1B}[0n".utf8) }
        case "n": break
        case "l", "h":
            // Insert mode off, and tmux's cursor shape, change nothing here.
            if numbers != [4] && numbers != [34] { unknown.append("CSI \(text)") }
        case "t", "c": break
        default: unknown.append("CSI \(text)")
        }
    }

    private mutating func privateSequence(_ mark: Character, _ body: Substring, final: Character) {
        let numbers = body.split(separator: ";").compactMap { Int($0.filter(\.isNumber)) }
        switch (mark, final) {
        case ("?", "h"), ("?", "l"): for mode in numbers { setMode(mode, final == "h") }
        case ("?", "c"): break
        case ("?", "p") where body.last == "$":
            if knowsSynchronizedOutput { answers += Array("\u{1B}[?\(numbers.first ?? 0);2$y".utf8) }
        default: unknown.append("CSI \(mark)\(body)\(final)")
        }
    }

    private mutating func setMode(_ mode: Int, _ isSet: Bool) {
        if isSet { modes.insert(mode) } else { modes.remove(mode) }
        if isSet { modeCounts[mode, default: 0] += 1 }
        switch mode {
        case 25: isCursorVisible = isSet
        case 1049: switchScreen(alternate: isSet)
        case 1, 7, 12, 1000, 1006, 2004, 2026: break
        default: unknown.append("mode \(mode)")
        }
    }

    // MARK: Erasing and shifting

    private mutating func erase(_ range: Range<Int>) {
        for place in range { grid[row][place] = Cell() }
        // Half a wide character cannot be shown.
        if range.upperBound < columns, grid[row][range.upperBound].text.isEmpty {
            grid[row][range.upperBound].text = " "
        }
        if range.lowerBound > 0, range.lowerBound < columns, widthOfText(range.lowerBound - 1) == 2 {
            grid[row][range.lowerBound - 1].text = " "
        }
    }

    private func widthOfText(_ column: Int) -> Int { grid[row][column].text.unicodeScalars.first.map(width) ?? 0 }

    private mutating func eraseLine(_ mode: Int) {
        switch mode {
        case 0: erase(column..<columns)
        case 1: erase(0..<(column + 1))
        default: erase(0..<columns)
        }
    }

    private mutating func eraseScreen(_ mode: Int) {
        let blank = Array(repeating: Cell(), count: columns)
        if mode != 0 { for line in 0..<(mode == 1 ? row : rows) { grid[line] = blank } }
        if mode == 0 { for line in (row + 1)..<max(row + 1, rows) { grid[line] = blank } }
        if mode < 2 { eraseLine(mode) }
    }

    private mutating func shift(removing count: Int) {
        let count = min(count, columns - column)
        grid[row].removeSubrange(column..<(column + count))
        grid[row] += Array(repeating: Cell(), count: count)
    }

    private mutating func shift(inserting count: Int) {
        let count = min(count, columns - column)
        grid[row].insert(contentsOf: Array(repeating: Cell(), count: count), at: column)
        grid[row].removeLast(count)
    }

    private mutating func repeatLast(_ count: Int) {
        guard column > 0, let scalar = grid[row][wrapsNext ? column : column - 1].text.unicodeScalars.first else {
            return
        }
        feed(Array(String(repeating: String(scalar), count: count).utf8))
    }

    // MARK: Style

    private mutating func setStyle(_ numbers: [Int]) {
        var rest = numbers[...]
        while let number = rest.popFirst() {
            switch number {
            case 0: style = Style()
            case 1: style.isBold = true
            case 2: style.isDim = true
            case 4: style.isUnderlined = true
            case 7: style.isReverse = true
            case 22: (style.isBold, style.isDim) = (false, false)
            case 24: style.isUnderlined = false
            case 27: style.isReverse = false
            case 30...37: style.color = number - 30
            case 38 where rest.first == 5:
                rest.removeFirst()
                style.color = rest.popFirst()
            case 39: style.color = nil
            case 90...97: style.color = number - 82
            case 10, 11, 49: break
            default: unknown.append("SGR \(number)")
            }
        }
    }
}
