// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Puts tool calls together from the pieces of a chat completion stream.
///
/// The API numbers its pieces. Servers that imitate it leave the number out, number every call 0, leave the id out, send
/// it again with each piece, or send a call whole: all of that is understood here.
struct ToolCallAssembler: Sendable {
    private struct Slot: Sendable {
        var index: Int64?
        var id: String
        var name: String
        var arguments: String
    }

    private var slots: [Slot] = []

    var isEmpty: Bool { slots.isEmpty }

    /// Takes one element of `tool_calls`.
    mutating func take(_ piece: JSONValue) {
        let index = piece["index"]?.integerValue
        let id = piece["id"]?.stringValue ?? ""
        let function = piece["function"]
        let name = function?["name"]?.stringValue ?? ""
        let arguments: String =
            switch function?["arguments"] {
            case .string(let text): text
            case .object(let members): JSONValue.object(members).text
            default: ""
            }
        let position = slot(index: index, id: id, name: name)
        if slots[position].id.isEmpty { slots[position].id = id }
        if slots[position].name.isEmpty { slots[position].name = name }
        slots[position].arguments += arguments
    }

    /// The calls in the order of their beginning; missing and repeated ids are replaced by new ones.
    func calls(makeID: () -> String) -> [ModelToolCall] {
        var seen: Set<String> = []
        return slots.filter { !$0.name.isEmpty || !$0.arguments.isEmpty }.map { slot in
            var id = slot.id
            while id.isEmpty || !seen.insert(id).inserted { id = makeID() }
            return ModelToolCall(id: id, name: slot.name, arguments: slot.arguments)
        }
    }

    private mutating func slot(index: Int64?, id: String, name: String) -> Int {
        let found =
            if let index {
                slots.lastIndex { $0.index == index && (id.isEmpty || $0.id.isEmpty || $0.id == id) }
            } else if !id.isEmpty {
                slots.lastIndex { $0.id == id }
            } else if name.isEmpty {
                slots.indices.last
            } else {
                Int?.none
            }
        if let found, !startsAnew(slots[found], index: index, id: id, name: name) { return found }
        slots.append(Slot(index: index, id: "", name: "", arguments: ""))
        return slots.count - 1
    }

    /// Whether a piece under the number of a call is in truth the next call: it names a tool, brings no id to compare,
    /// and the call's arguments are already a whole object.
    private func startsAnew(_ slot: Slot, index: Int64?, id: String, name: String) -> Bool {
        guard !name.isEmpty, id.isEmpty, slot.id.isEmpty, !slot.name.isEmpty, !slot.arguments.isEmpty else {
            return false
        }
        guard let value = try? JSONValue(reading: slot.arguments) else { return false }
        return value.objectValue != nil
    }
}
