// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents

/// Reads the transcript that the engine sends for `readTranscript`.
///
/// An array of lines, alone or under `entries` or `messages`; a line has `role`, `text` (or `content`) and, where they are known,
/// `time` (microseconds since the epoch), `name`, `detail`, `outcome`, `durationMicroseconds`, `requestID`. All text is cleaned.
enum TranscriptPayload {
    static func entries(_ payload: String) -> [TranscriptEntry]? {
        guard let document = JSONText.parse(payload) else { return nil }
        switch document["entries"] ?? document["messages"] ?? document {
        case .array(let values): return values.compactMap(entry)
        default: return nil
        }
    }

    private static func entry(_ value: JSONText) -> TranscriptEntry? {
        guard case .object = value, let role = value["role"]?.text else { return nil }
        let text = value["text"]?.text ?? value["content"]?.text ?? ""
        let raw = TranscriptEntry(
            time: Timestamp(microseconds: value["time"]?.text.flatMap { Int64($0) } ?? 0),
            role: TranscriptEntry.Role(rawValue: role) ?? .notice, text: text == "null" ? "" : text,
            name: value["name"]?.text ?? (TranscriptEntry.Role(rawValue: role) == nil ? role : ""),
            detail: value["detail"]?.text ?? "", outcome: value["outcome"]?.text ?? "",
            durationMicroseconds: value["durationMicroseconds"]?.text.flatMap { Int64($0) },
            requestID: value["requestID"]?.text, reference: value["reference"]?.text ?? "")
        return Intake.clean(raw)
    }
}
