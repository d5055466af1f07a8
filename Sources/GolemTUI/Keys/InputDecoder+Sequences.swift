// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension InputDecoder {
    /// Takes one byte of a control sequence (ECMA-48 section 5.4); `pending` begins with `[`.
    mutating func csi(_ byte: UInt8) {
        switch byte {
        case 0x20...0x3F:
            if pending.count < Self.sequenceLimit { pending.append(byte) }
        case 0x5B where pending.count == 1:
            pending.append(byte)
            state = .linuxFunction
        case 0x40...0x7E:
            state = .ground
            dispatch(pending.dropFirst(), final: byte)
        default:
            // Not part of any sequence: the sequence is broken, the byte is not.
            state = .ground
            take(byte)
        }
    }

    private mutating func dispatch(_ body: ArraySlice<UInt8>, final: UInt8) {
        if let mark = body.first, (0x3C...0x3F).contains(mark) {
            answer(mark, body.dropFirst(), final: final)
            return
        }
        let (numbers, isRelease) = Self.parameters(body)
        guard !isRelease else { return }
        let first = numbers.first ?? 0
        let modifiers = max(0, (numbers.count > 1 ? numbers[1] : 1) - 1)
        switch final {
        case 0x52 where numbers.count > 1 && first != 1: output.append(.report(.other))
        case 0x50...0x53: emit(.function(Int(final) - 0x4F))
        case 0x5A: emit(.backTab)
        case 0x7E: tilde(numbers, first: first)
        case 0x75: codePoint(first, modifiers: modifiers)
        case 0x6E:
            output.append(.report(.status))
        case 0x4D where numbers.isEmpty: state = .mouse(3)
        case 0x61...0x64 where numbers.isEmpty: emit(Self.arrow(final - 0x20))
        case 0x41...0x44: emit(Self.arrow(final))
        case 0x46: emit(.end)
        case 0x48: emit(.home)
        default: break
        }
    }

    /// Takes an answer with a private mark; nothing of it is a key.
    private mutating func answer(_ mark: UInt8, _ body: ArraySlice<UInt8>, final: UInt8) {
        let (numbers, _) = Self.parameters(body)
        if mark == 0x3C, final == 0x4D || final == 0x6D {
            if final == 0x4D, numbers.count == 3 { pointer(numbers) }
        } else if mark == 0x3F, final == 0x79, body.last == 0x24, numbers.count == 2 {
            output.append(.report(.mode(numbers[0], numbers[1])))
        } else {
            output.append(.report(.other))
        }
    }

    /// Takes a report of the mouse in xterm's SGR form: what happened, column and row from 1.
    ///
    /// Modifiers do not matter; motion and other buttons mean nothing.
    private mutating func pointer(_ numbers: [Int]) {
        let place = Position(row: max(0, numbers[2] - 1), column: max(0, numbers[1] - 1))
        switch numbers[0] & ~0b1_1100 {
        case 0: emit(.click(place))
        case 64: emit(.wheel(isUp: true, place))
        case 65: emit(.wheel(isUp: false, place))
        default: break
        }
    }

    private mutating func tilde(_ numbers: [Int], first: Int) {
        switch first {
        case 1, 7: emit(.home)
        case 2: emit(.insert)
        case 3: emit(.delete)
        case 4, 8: emit(.end)
        case 5: emit(.pageUp)
        case 6: emit(.pageDown)
        case 11...15: emit(.function(first - 10))
        case 17...21: emit(.function(first - 11))
        case 23...26: emit(.function(first - 12))
        case 28, 29: emit(.function(first - 13))
        case 31...34: emit(.function(first - 14))
        case 27 where numbers.count == 3: codePoint(numbers[2], modifiers: max(0, numbers[1] - 1))
        case 200: beginPaste()
        default: break
        }
    }

    /// A key by its code point and modifiers (1 Shift, 2 Alt, 4 Ctrl), as kitty and xterm's modifyOtherKeys send it.
    private mutating func codePoint(_ code: Int, modifiers: Int) {
        switch code {
        case 9: emit(modifiers & 1 != 0 ? .backTab : .tab)
        case 13: emit(.enter)
        case 27: emit(.escape)
        case 8, 127: emit(.backspace)
        case 57_358...63_743: break  // keys of kitty that have no use here, such as Caps Lock
        default:
            guard code >= 0x20, !(0x80...0x9F).contains(code), let value = UInt32(exactly: code),
                let scalar = Unicode.Scalar(value)
            else { return }
            if modifiers & 4 == 0 {
                emit(.character(Character(scalar)))
            } else if code == 0x20 || (0x40...0x7E).contains(code) {
                emit(Self.control(UInt8(code) & 0x1F))
            }
        }
    }

    /// The numbers of a sequence, and whether a sub-parameter says that a key was let go.
    private static func parameters(_ body: ArraySlice<UInt8>) -> (numbers: [Int], isRelease: Bool) {
        var numbers: [Int] = []
        var isRelease = false
        let digits = body.prefix { (0x30...0x3B).contains($0) }
        guard !digits.isEmpty else { return ([], false) }
        for (place, field) in digits.split(separator: 0x3B, omittingEmptySubsequences: false).enumerated() {
            let parts = field.split(separator: 0x3A, omittingEmptySubsequences: false).map(number)
            numbers.append(parts.first ?? 0)
            if place == 1, parts.count > 1, parts[1] == 3 { isRelease = true }
        }
        return (numbers, isRelease)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int {
        digits.reduce(0) { min($0 * 10 + Int($1 & 0x0F), 1_000_000_000) }
    }

    private static func arrow(_ final: UInt8) -> Key {
        switch final {
        case 0x41: .up
        case 0x42: .down
        case 0x43: .right
        default: .left
        }
    }

    /// The key of `ESC O` and a letter; nil when that is no key and so was typed.
    static func applicationKey(_ final: UInt8) -> Key? {
        switch final {
        case 0x41...0x44: arrow(final)
        case 0x46: .end
        case 0x48: .home
        case 0x49: .tab
        case 0x4D: .enter
        case 0x50...0x53: .function(Int(final) - 0x4F)
        case 0x6A...0x79: .character(Character(Unicode.Scalar(final - 0x40)))
        case 0x58: .character("=")
        default: nil
        }
    }
}
