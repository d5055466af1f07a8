// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// Sends text to the operator's clipboard: through tmux when inside it, else by OSC 52.
///
/// Nothing here waits: tmux gets the text as a memory file and is left to itself.
package struct Clipboard: Sendable {
    /// What terminals take in one OSC 52 sequence, in bytes before encoding.
    static let limit = 74_000

    private let environment: [String: String]
    private var children: [pid_t] = []

    /// Makes a clipboard; `environment` is that of the process.
    package init(environment: [String: String]) { self.environment = environment }

    /// Sends text.
    ///
    /// "Sent" is all that can be known: tmux's default drops OSC 52 silently, as some terminals do.
    mutating func copy(_ text: String, to terminal: any Terminal) -> CopyResult {
        let text = Sanitizer.clean(text, keepNewlines: true)
        guard text.utf8.count <= Self.limit else {
            return .failed("\(text.utf8.count) bytes are too many for a terminal's clipboard; ^S saves to a file")
        }
        if environment["TMUX"]?.isEmpty == false, loadTmuxBuffer(text) { return .sentToTmux }
        guard environment["STY"]?.isEmpty != false else {
            return .failed("screen does not pass the clipboard on; ^S saves to a file")
        }
        guard terminal.mayHaveClipboard else { return .failed("this terminal has no clipboard; ^S saves to a file") }
        terminal.send(Array("\u{1B}]52;c;".utf8) + Self.base64(Array(text.utf8)) + [0x07])
        return .sentToTerminal
    }

    /// Collects children that ended.
    mutating func reap() {
        children.removeAll { waitpid($0, nil, WNOHANG) != 0 }
    }

    private mutating func loadTmuxBuffer(_ text: String) -> Bool {
        guard let memory = SystemCalls.memoryFile("golem-copy") else { return false }
        defer { close(memory) }
        let bytes = Array(text.utf8)
        guard write(memory, bytes, bytes.count) == bytes.count, lseek(memory, 0, SEEK_SET) == 0 else { return false }
        let wanted = ["PATH", "HOME", "TMUX", "TERM", "LANG", "TMUX_TMPDIR"]
        let variables = wanted.compactMap { name in environment[name].map { "\(name)=\($0)" } }
        guard let child = Self.spawn(["tmux", "load-buffer", "-w", "-"], environment: variables, input: memory) else {
            return false
        }
        children.append(child)
        return true
    }

    /// Starts a program with a file as its standard input and nothing to print to; nil when it cannot.
    private static func spawn(_ arguments: [String], environment: [String], input: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        guard posix_spawn_file_actions_init(&actions) == 0 else { return nil }
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        guard posix_spawnattr_init(&attributes) == 0 else { return nil }
        defer { posix_spawnattr_destroy(&attributes) }
        // The engine may block signals in all threads; the child must not inherit that.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var child: pid_t = 0
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer {
            argv.forEach { free($0) }
            envp.forEach { free($0) }
        }
        return posix_spawnp(&child, arguments[0], &actions, &attributes, &argv, &envp) == 0 ? child : nil
    }

    /// RFC 4648, with padding.
    static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? digits[value >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return text
    }
}
