// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

/// What the operator did or what arrived.
package enum ConsoleAction: Sendable, Equatable {
    /// Time went on; sent before every other action, changes nothing but the time.
    case timePassed(ConsoleTime)
    /// A second began.
    case ticked
    /// A key was pressed.
    case keyPressed(KeyPress)
    /// The engine, or the connection to it, said something.
    case linkUpdate(LinkUpdate)
    /// The engine answered a command.
    case commandReplied(CommandReply)
    /// The terminal has another size.
    case resized(Size)
    /// The terminal answered a probe, so that all keys typed before it have arrived.
    case roundTripped(Duration)
    /// A copy was sent, or not.
    case copied(CopyResult)
    /// The screen is back after it was left.
    case resumed
    /// So many messages from the link were lost inside the console.
    case messagesDropped(Int)
    /// A file was written; the path as it can be opened.
    case fileWritten(path: String)
    /// A file could not be written.
    case fileFailed(reason: String)
}

/// What the console asks the world outside for; everything else is an effect of the loop.
package enum ConsoleRequest: Sendable, Equatable {
    /// Send a command to the engine; its reply comes back as an action.
    case send(Command)
    /// Ask for a fresh snapshot.
    case resynchronise
    /// Write a file that only the operator can read.
    case writeFile(name: String, text: String)
    /// Keep this for the next start.
    case remember(ConsoleMemory)
    /// The operator decided what quitting means; the loop ends with it.
    case choose(QuitChoice)
}

/// In which form something is saved.
package enum SaveFormat: Sendable, Hashable {
    /// Lines for people.
    case text
    /// A document for programs.
    case json
}

/// What becomes of the engine when the console ends.
package enum QuitChoice: Sendable, Hashable {
    /// The console was attached: the engine is none of its business.
    case detach
    /// The engine of this process goes on without a console.
    case keepHeadless
    /// The engine of this process stops too.
    case stopEngine
}

/// An effect of the reducer.
package typealias Effect = ConsoleEffect<ConsoleRequest>
