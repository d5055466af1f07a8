// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Keeps tool calls and their results together: model APIs refuse a history where one misses the other.
enum HistoryPairing {
    /// What stands in for a result that is missing.
    static let missingResult = "Error: the result of this call was lost; it was not run again."

    /// A history that every model API accepts: each call has exactly one result, right after the message that
    /// called; results without a call are left out.
    ///
    /// The second value counts what had to be changed.
    static func repaired(_ messages: [ModelMessage]) -> (messages: [ModelMessage], repairs: Int) {
        var result: [ModelMessage] = []
        var repairs = 0
        var index = messages.startIndex
        while index < messages.endIndex {
            let message = messages[index]
            index += 1
            switch message {
            case .toolResult: repairs += 1
            case .user: result.append(message)
            case .assistant(let text, let calls):
                guard !calls.isEmpty else {
                    result.append(message)
                    continue
                }
                var found: [String: ModelMessage] = [:]
                var order: [String] = []
                while index < messages.endIndex, case .toolResult(let id, _, _, _) = messages[index] {
                    if found[id] == nil, calls.contains(where: { $0.id == id }) {
                        found[id] = messages[index]
                        order.append(id)
                    } else {
                        repairs += 1
                    }
                    index += 1
                }
                result.append(.assistant(text: text, toolCalls: calls))
                for call in calls {
                    if let answer = found[call.id] {
                        result.append(answer)
                    } else {
                        repairs += 1
                        result.append(
                            .toolResult(callID: call.id, name: call.name, content: missingResult, isError: true))
                    }
                }
            }
        }
        return (result, repairs)
    }
}
