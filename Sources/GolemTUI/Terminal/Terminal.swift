// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A screen with a keyboard.
///
/// Everything happens on the one thread that owns it. Nothing blocks but ``suspendAndResume()``, and ``leave()`` for a moment.
package protocol Terminal: AnyObject {
    /// The size as last read from the kernel.
    var size: Size { get }
    /// What it can show.
    var capabilities: Capabilities { get }
    /// The descriptor that keys are read from.
    var inputDescriptor: Int32 { get }
    /// The descriptor that is written to, for polling.
    var outputDescriptor: Int32 { get }
    /// Whether it may know OSC 52, the sequence that sets the clipboard.
    var mayHaveClipboard: Bool { get }
    /// Whether bytes of an earlier frame still wait because the terminal did not take them.
    var hasPendingOutput: Bool { get }
    /// Bytes produced so far, pending ones included.
    var bytesSent: Int { get }

    /// Takes the screen: raw mode, alternate screen, stderr aside. Throws when the terminal is gone.
    func enter() throws(TerminalError)
    /// Sends what differs from the picture on the screen; never blocks, leaves the rest pending.
    ///
    /// With `askingStatus` a status query follows the bytes, if there are any; true when it was sent.
    func draw(_ frame: Frame, askingStatus: Bool) -> Bool
    /// Writes pending bytes as far as the terminal takes them; throws when the terminal is gone.
    func flush() throws(TerminalError)
    /// Whether a data frame may be drawn: nothing pending and the descriptor takes bytes.
    func isWritable() -> Bool
    /// Reads the size from the kernel; true when it changed. The next draw repaints everything then.
    func updateSize() -> Bool
    /// Makes the next draw repaint everything.
    func invalidate()
    /// Sends a sequence that does not change the picture.
    func send(_ bytes: [UInt8])
    /// Sends a status query, which is answered when everything before it was read; false when the terminal knows none.
    func askStatus() -> Bool
    /// Asks for reports of clicks and the wheel, or for none; remembered when the screen is left.
    func reportMouse(_ isOn: Bool)
    /// Takes an answer of the terminal.
    func receive(_ report: TerminalReport)
    /// Does what has to be done about once a second.
    func maintain()
    /// Leaves the screen, stops the process as the terminal's `^Z` does, and comes back after `SIGCONT`.
    func suspendAndResume() throws(TerminalError)
    /// Takes the terminal again after the process was stopped behind our back (`SIGSTOP`): the shell changed its modes.
    func reenter() throws(TerminalError)
    /// Leaves the screen and prints lines on the plain terminal, which stays raw; ``reenter()`` comes back.
    func showPlain(_ lines: [String])
    /// Gives the terminal back as it was found, and shows what was written to stderr meanwhile. Safe to call twice.
    func leave()
    /// Gives the terminal up without writing a byte to it: it is gone.
    func abandon()
}
