// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Turns the byte stream of a terminal into keys: a value without a clock.
///
/// Any way of cutting the stream into pieces gives the same keys. Only a lone escape needs time: when ``waiting`` says so and
/// nothing came for that long, the owner calls ``expire()``. Malformed input is dropped; nothing here traps or grows without
/// bound.
package struct InputDecoder: Sendable {
    /// What came out.
    package enum Output: Sendable, Hashable {
        /// A key.
        case key(KeyPress)
        /// An answer of the terminal.
        case report(TerminalReport)
    }

    /// What the decoder is in the middle of.
    package enum Waiting: Sendable, Hashable {
        /// Possibly an escape sequence: expire after the escape delay.
        case sequence
        /// Pasted text whose end has not come: expire after a second without bytes.
        case paste
    }

    /// The most bytes kept of one paste; the rest is dropped.
    package static let pasteLimit = 256 * 1024
    static let sequenceLimit = 64
    static let stringLimit = 4096

    enum State {
        case ground
        /// Inside a UTF-8 character; so many bytes are missing.
        case character(Int)
        case escape
        case csi
        /// After `ESC [ [`, the Linux console's way to say F1 to F5.
        case linuxFunction
        case ss3
        /// An answer that ends with BEL or `ESC \` (OSC, DCS), or an escape and keys typed ahead.
        case string
        case stringEscape
        case paste
        /// The coordinates of an old mouse report; so many bytes are missing.
        case mouse(Int)
    }

    var state = State.ground
    /// The bytes of the unfinished character, sequence or paste.
    var pending: [UInt8] = []
    var output: [Output] = []
    /// The begin of a mark that has been seen inside a paste.
    private var pasteMark: [UInt8] = []
    private static let pasteEnd = Array("\u{1B}[201~".utf8)
    /// The terminal's answer to a status query may come in the middle of a paste.
    private static let statusAnswer = Array("\u{1B}[0n".utf8)

    /// Makes a decoder at the start of a stream.
    package init() {}

    /// What it waits for; nil between keys.
    package var waiting: Waiting? {
        switch state {
        case .ground, .character, .mouse: nil
        case .paste: .paste
        case .escape, .csi, .linuxFunction, .ss3, .string, .stringEscape: .sequence
        }
    }

    /// Takes bytes; returns the keys that they complete.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [Output] {
        for byte in bytes { take(byte) }
        defer { output.removeAll(keepingCapacity: true) }
        return output
    }

    /// Says that nothing came for the delay of ``waiting``: what was begun is taken for what it literally is.
    package mutating func expire() -> [Output] {
        switch state {
        case .ground, .character, .mouse: break
        case .paste: endPaste()
        case .escape, .csi, .linuxFunction, .ss3, .string, .stringEscape: replay()
        }
        defer { output.removeAll(keepingCapacity: true) }
        return output
    }

    mutating func emit(_ key: Key) { output.append(.key(KeyPress(key))) }

    mutating func take(_ byte: UInt8) {
        switch state {
        case .ground: ground(byte)
        case .character(let missing): character(byte, missing: missing)
        case .escape: escape(byte)
        case .csi: csi(byte)
        case .linuxFunction:
            state = .ground
            if (0x41...0x45).contains(byte) { emit(.function(Int(byte) - 0x40)) }
        case .ss3: ss3(byte)
        case .string: string(byte)
        case .stringEscape: stringEscape(byte)
        case .paste: paste(byte)
        case .mouse(let missing): state = missing > 1 ? .mouse(missing - 1) : .ground
        }
    }

    private mutating func ground(_ byte: UInt8) {
        switch byte {
        case 0x1B: state = .escape
        case 0x0D, 0x0A: emit(.enter)
        case 0x09: emit(.tab)
        case 0x08, 0x7F: emit(.backspace)
        case 0x00...0x1F: emit(Self.control(byte))
        case 0x20..<0x7F: emit(.character(Character(Unicode.Scalar(byte))))
        case 0xC2...0xDF: begin(byte, missing: 1)
        case 0xE0...0xEF: begin(byte, missing: 2)
        case 0xF0...0xF4: begin(byte, missing: 3)
        default: break
        }
    }

    /// The Ctrl key that sends a byte below 0x20.
    static func control(_ byte: UInt8) -> Key {
        let upper = Unicode.Scalar(byte | 0x40)
        return .control(Character(upper.properties.lowercaseMapping))
    }

    private mutating func begin(_ byte: UInt8, missing: Int) {
        pending = [byte]
        state = .character(missing)
    }

    private mutating func character(_ byte: UInt8, missing: Int) {
        guard (0x80...0xBF).contains(byte) else {
            state = .ground
            ground(byte)
            return
        }
        pending.append(byte)
        guard missing == 1 else {
            state = .character(missing - 1)
            return
        }
        state = .ground
        let text = String(validating: pending, as: UTF8.self)
        if let scalar = text?.unicodeScalars.first, !(0x80...0x9F).contains(scalar.value) {
            emit(.character(Character(scalar)))
        }
    }

    private mutating func escape(_ byte: UInt8) {
        pending = [byte]
        switch byte {
        case 0x5B: state = .csi
        case 0x4F: state = .ss3
        case 0x50, 0x58, 0x5D, 0x5E, 0x5F: state = .string
        case 0x1B: emit(.escape)
        default:
            // Not Alt: nothing is bound to it, and an escape typed ahead over a slow link arrives together with the next key.
            emit(.escape)
            state = .ground
            ground(byte)
        }
    }

    private mutating func ss3(_ byte: UInt8) {
        pending.append(byte)
        if (0x30...0x39).contains(byte) || byte == 0x3B, pending.count < 8 { return }
        guard let key = Self.applicationKey(byte) else {
            replay()
            return
        }
        state = .ground
        emit(key)
    }

    // MARK: Strings

    private mutating func string(_ byte: UInt8) {
        switch byte {
        case 0x07: finishString()
        case 0x1B: state = .stringEscape
        case 0x20...0x7E where pending.count < Self.stringLimit, 0x80... where pending.count < Self.stringLimit:
            pending.append(byte)
        default:
            pending.append(byte)
            replay()
        }
    }

    private mutating func stringEscape(_ byte: UInt8) {
        if byte == 0x5C {
            finishString()
        } else {
            // Not the end of an answer: keys, and then another sequence.
            state = .string
            replay()
            state = .escape
            escape(byte)
        }
    }

    private mutating func finishString() {
        state = .ground
        output.append(.report(.other))
    }

    /// Takes an unfinished sequence as an escape and ordinary keys.
    private mutating func replay() {
        var bytes = pending
        if case .escape = state { bytes = [] }
        let endsInEscape = if case .stringEscape = state { true } else { false }
        state = .ground
        emit(.escape)
        for byte in bytes { take(byte) }
        if endsInEscape { emit(.escape) }
    }

    // MARK: Paste

    mutating func beginPaste() {
        state = .paste
        pending.removeAll(keepingCapacity: true)
        pasteMark = []
    }

    private mutating func paste(_ byte: UInt8) {
        if pasteMark.isEmpty, byte != 0x1B {
            if pending.count < Self.pasteLimit { pending.append(byte) }
            return
        }
        let seen = pasteMark + [byte]
        if Self.pasteEnd.starts(with: seen) || Self.statusAnswer.starts(with: seen) {
            pasteMark = seen
            if seen == Self.pasteEnd { return endPaste() }
            guard seen == Self.statusAnswer else { return }
            output.append(.report(.status))
            pasteMark = []
            return
        }
        keep(pasteMark)
        pasteMark = byte == 0x1B ? [byte] : []
        if pasteMark.isEmpty { keep([byte]) }
    }

    private mutating func keep(_ bytes: some Collection<UInt8>) {
        guard pending.count + bytes.count <= Self.pasteLimit else { return }
        pending.append(contentsOf: bytes)
    }

    private mutating func endPaste() {
        state = .ground
        emit(.paste(Self.pasted(pending)))
        pending = []
    }

    /// Pasted bytes as text without control characters but newlines and tabs.
    private static func pasted(_ bytes: [UInt8]) -> String {
        var text = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let isSecondOfPair = afterReturn && scalar == "\n"
            afterReturn = scalar == "\r"
            switch scalar.value {
            case 0x0D: text.append("\n")
            case 0x0A where isSecondOfPair: break
            case 0x09, 0x0A: text.append(scalar)
            case 0x00...0x1F, 0x7F...0x9F: break
            default: text.append(scalar)
            }
        }
        return String(text)
    }
}
