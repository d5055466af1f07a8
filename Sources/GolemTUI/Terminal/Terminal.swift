// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// A screen with a keyboard.
///
/// Everything happens on the one thread that owns it.
package protocol Terminal: AnyObject {
    /// The size as last read from the kernel.
    var size: Size { get }
    /// What it can show.
    var capabilities: Capabilities { get }
    /// The descriptor that keys are read from.
    var inputDescriptor: Int32 { get }
    /// The descriptor that is written to.
    var outputDescriptor: Int32 { get }
    /// Whether bytes of an earlier frame still wait because the terminal did not take them.
    var hasPendingOutput: Bool { get }

    /// Sends what differs from the picture on the screen; never blocks, leaves the rest pending.
    func draw(_ frame: Frame)
    /// Writes pending bytes as far as the terminal takes them; throws when the terminal is gone.
    func flush() throws(TerminalError)
    /// Whether a data frame may be drawn: nothing pending and the descriptor takes bytes.
    func isWritable() -> Bool
    /// Reads the size from the kernel; true when it changed.
    func updateSize() -> Bool
    /// Makes the next draw repaint everything.
    func invalidate()
    /// Sends a sequence that does not move the cursor or change the picture, such as a status query.
    func send(_ bytes: [UInt8])
    /// Leaves the screen, stops the process as the terminal's `^Z` does, and comes back after `SIGCONT`.
    func suspendAndResume()
    /// Leaves the screen, runs the body on the plain terminal (line discipline still raw), and comes back.
    func withPlainScreen(_ body: () -> Void)
    /// Restores the terminal as it was found. Safe to call twice.
    func leave()
    /// Gives the terminal up without writing a byte: it is gone.
    func abandon()
}
