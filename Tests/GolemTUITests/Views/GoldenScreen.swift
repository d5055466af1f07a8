// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Foundation
import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemTUI

/// Compares pictures with files; `GOLEM_RECORD_GOLDENS=1` writes them and fails the run.
enum GoldenScreen {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Goldens")

    /// The four sizes of the specification.
    static let sizes = [
        Size(columns: 80, rows: 24), Size(columns: 132, rows: 43), Size(columns: 60, rows: 15),
        Size(columns: 39, rows: 7),
    ]
    static let utf8 = Capabilities(colors: 256, utf8: true)
    static let mono = Capabilities(colors: 0, utf8: false)

    /// Checks one state at all sizes, in UTF-8 with colour and in ASCII without.
    static func check(
        _ name: String, _ state: ConsoleState, sizes: [Size] = sizes, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for size in sizes {
            for (suffix, capabilities) in [("utf8", utf8), ("ascii", mono)] {
                var state = state
                _ = reduce(&state, .resized(size))
                let frame = render(state, size: size, capabilities: capabilities)
                compare("\(name)-\(size.columns)x\(size.rows)-\(suffix)", frame, sourceLocation)
            }
        }
    }

    private static func compare(_ name: String, _ frame: Frame, _ sourceLocation: SourceLocation) {
        let ruler = String(repeating: "=", count: frame.columns)
        let drawn = frame.text() + ruler + "\n" + frame.styleMap()
        let file = folder.appendingPathComponent("\(name).txt")
        if ProcessInfo.processInfo.environment["GOLEM_RECORD_GOLDENS"] == "1" {
            try? Data(drawn.utf8).write(to: file)
            Issue.record("recorded \(name)", sourceLocation: sourceLocation)
            return
        }
        guard let data = try? Data(contentsOf: file) else {
            Issue.record("no golden \(name): record with GOLEM_RECORD_GOLDENS=1", sourceLocation: sourceLocation)
            return
        }
        let wanted = String(decoding: data, as: UTF8.self)
        guard wanted != drawn else { return }
        let difference = zip(
            wanted.split(separator: "\n", omittingEmptySubsequences: false),
            drawn.split(separator: "\n", omittingEmptySubsequences: false)
        )
        .enumerated().first { $0.element.0 != $0.element.1 }
        Issue.record(
            "\(name) differs first at line \((difference?.offset ?? 0) + 1):\n-\(difference?.element.0 ?? "")\n+\(difference?.element.1 ?? "")",
            sourceLocation: sourceLocation)
    }
}
