// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Synchronization

/// The tools that the model may use right now: the built-in ones, and those of sources that come and go.
///
/// A snapshot is an immutable `ToolRegistry` with its definitions cached, made when something changes and not when
/// somebody asks: taking it copies three references. Callable from any thread.
package final class ToolCatalog: Sendable {
    /// What a source has to offer.
    package struct Offer: Sendable {
        /// Its tools, in order.
        package var tools: [any Tool]
        /// Tools that it had and has not now, with the reason for the model.
        package var absent: [String: String]

        /// Makes an offer.
        package init(tools: [any Tool] = [], absent: [String: String] = [:]) {
            self.tools = tools
            self.absent = absent
        }
    }

    /// Why a source cannot have a name.
    package struct Refusal: Sendable, Equatable {
        /// A sentence.
        package var text: String
        /// Whether the source itself has the name for an earlier tool.
        package var isOwn: Bool
    }

    private struct State {
        var offers: [String: Offer] = [:]
        var snapshot: ToolRegistry
        var refused: [String: [String: Refusal]] = [:]
    }

    private let builtIn: ToolRegistry
    private let state: Mutex<State>

    /// Makes a catalogue that begins with the built-in tools, which always come first.
    package init(_ builtIn: ToolRegistry = ToolRegistry()) {
        self.builtIn = builtIn
        state = Mutex(State(snapshot: builtIn))
    }

    /// The tools now.
    package var snapshot: ToolRegistry { state.withLock { $0.snapshot } }

    /// The tool of that name, now.
    package func tool(named name: String) -> (any Tool)? { snapshot.tool(named: name) }

    /// Why a tool that the model knew is gone; nil when it never was there or still is.
    package func absence(of name: String) -> String? { snapshot.absence(of: name) }

    /// The names that a source wants and cannot have.
    package func refusals(of source: String) -> [String: Refusal] { state.withLock { $0.refused[source] ?? [:] } }

    /// Replaces what a source offers; it counts from the next model call and tool call on.
    ///
    /// Of two sources that want one name the first one by its own name gets it, whoever came first: the outcome does not
    /// depend on which server was faster. `refusals(of:)` says what became of each.
    package func update(_ source: String, _ offer: Offer) {
        state.withLock { state in
            state.offers[source] = offer
            var snapshot = builtIn
            var owners: [String: String] = [:]
            var refused: [String: [String: Refusal]] = [:]
            for (name, offer) in state.offers.sorted(by: { $0.key < $1.key }) {
                for tool in offer.tools {
                    let toolName = tool.definition.name
                    if snapshot.register(tool) {
                        owners[toolName] = name
                    } else {
                        let owner = owners[toolName]
                        let holder =
                            owner == nil ? "a built-in tool" : owner == name ? "another of its tools" : owner ?? ""
                        refused[name, default: [:]][toolName] = Refusal(
                            text: "the name \(toolName) is taken by \(holder)", isOwn: owner == name)
                    }
                }
            }
            for (_, offer) in state.offers { snapshot.noteAbsent(offer.absent) }
            state.snapshot = snapshot
            state.refused = refused
        }
    }
}
