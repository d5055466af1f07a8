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
        /// Names of tools that it does not offer now and keeps nevertheless.
        package var reserved: Set<String>

        /// Makes an offer.
        package init(tools: [any Tool] = [], absent: [String: String] = [:], reserved: Set<String> = []) {
            self.tools = tools
            self.absent = absent
            self.reserved = reserved
        }
    }

    /// How many tools a model is offered; more than this some model APIs refuse, and with them the whole request.
    package static let limit = 128

    private struct State {
        var offers: [String: Offer] = [:]
        var snapshot: ToolRegistry
        /// Who has which name, until the engine ends.
        var owners: [String: String] = [:]
        var refused: [String: [String: String]] = [:]
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

    /// Why the model does not get a tool that a source offers or keeps, by the tool's name.
    package func refusals(of source: String) -> [String: String] { state.withLock { $0.refused[source] ?? [:] } }

    /// Replaces what a source offers; it counts from the next model call and tool call on.
    ///
    /// A name belongs to the source that had it first until the engine ends, also while its tool is hidden or gone: what
    /// was approved for one tool must never count for another. Beyond `limit` tools the last ones, in the order of the
    /// sources' names, are left out. `refusals(of:)` says what became of each.
    package func update(_ source: String, _ offer: Offer) {
        state.withLock { state in
            state.offers[source] = offer
            for name in offer.tools.map(\.definition.name) + offer.reserved.sorted() {
                guard builtIn.tool(named: name) == nil, state.owners[name] == nil else { continue }
                state.owners[name] = source
            }
            var snapshot = builtIn
            var refused: [String: [String: String]] = [:]
            for (name, offer) in state.offers.sorted(by: { $0.key < $1.key }) {
                func refuse(_ tool: String, _ reason: String) { refused[name, default: [:]][tool] = reason }
                for tool in offer.tools {
                    let toolName = tool.definition.name
                    if state.owners[toolName] != name {
                        refuse(toolName, Self.taken(toolName, by: state.owners[toolName]))
                    } else if snapshot.tools.count >= Self.limit {
                        let reason = "a model gets at most \(Self.limit) tools in all"
                        refuse(toolName, reason)
                        snapshot.noteAbsent([toolName: reason])
                    } else if !snapshot.register(tool) {
                        refuse(toolName, "the name \(toolName) is taken by another of its tools")
                    }
                }
                for tool in offer.reserved where state.owners[tool] != name {
                    refuse(tool, Self.taken(tool, by: state.owners[tool]))
                }
                snapshot.noteAbsent(offer.absent.filter { state.owners[$0.key] == name })
            }
            state.snapshot = snapshot
            state.refused = refused
        }
    }

    private static func taken(_ name: String, by owner: String?) -> String {
        "the name \(name) is taken by \(owner ?? "a built-in tool")"
    }
}
