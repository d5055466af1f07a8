// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The error for an answer with neither text nor tool calls.
enum EmptyAnswer {
    static func error(stopReason: String, hadFirstToken: Bool) -> ProviderError {
        let (message, isRetryable) =
            switch stopReason {
            case "length": ("used all its tokens before it said anything; raise the token limit", false)
            case "content_filter": ("refused to answer (content filter)", false)
            default: ("sent an empty answer", true)
            }
        // Thinking may have come, but nothing of the answer: repeating it shows nothing twice.
        return ProviderError(code: "empty_answer", message: message, isRetryable: isRetryable, hadFirstToken: false)
    }
}
