// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

package import GolemEvents

extension SampleEvents {
    /// A form of all kinds of fields.
    package static let formFields = [
        QuestionField(
            name: "city", title: "City", about: "Where the survey takes place",
            kind: .text(format: nil, minimum: 2, maximum: 40), isRequired: true),
        QuestionField(
            name: "crs", title: "Coordinate system",
            kind: .choice([
                .init("EPSG:4490", title: "CGCS2000 测绘"), .init("EPSG:4326", title: "WGS 84"),
                .init("EPSG:3857", title: "Web Mercator"),
            ]), isRequired: true, preset: ["EPSG:4490"]),
        QuestionField(
            name: "layers", about: "What to clip",
            kind: .choices([.init("roads"), .init("parcels"), .init("water")], minimum: 1, maximum: 2)),
        QuestionField(name: "buffer", kind: .number(isWhole: true, minimum: 0, maximum: 500), preset: ["10"]),
        QuestionField(name: "overwrite", kind: .flag, preset: ["no"]),
    ]

    /// The busy hour and its MCP servers, two of which ask people: one by a form, one for a page.
    package static func withQuestions() -> SampleEvents {
        var sample = SampleEvents.withServers()
        let now = SampleEvents.now
        sample.add(
            .toolProgressed(
                ToolProgressed(
                    callID: "m1", tool: "mcp_docs_fetch",
                    progress: ToolProgress(done: 3, total: 10, message: "reading chapter 3"))), secondsAgo: 4,
            request: "05aa10", session: "telegram:88123")
        sample.add(
            .questionAsked(
                QuestionAsked(
                    id: 3, server: "osm", message: "Which part of the map shall be clipped?\nThe file is replaced.",
                    fields: formFields, tool: "mcp_osm_ways", callID: "m2", askedAt: now.adding(seconds: -40),
                    expiresAt: now.adding(seconds: 560), notified: ["consoles: 1"])), secondsAgo: 3,
            request: "7f3a91c2-5", session: "telegram:88123")
        sample.add(
            .questionAnswered(
                QuestionClosed(id: 2, server: "docs", outcome: "declined", by: "ops2@gw-7", note: "")), secondsAgo: 2)
        sample.add(
            .questionAsked(
                QuestionAsked(
                    id: 4, server: "calendar", message: "Please sign in to your calendar.",
                    url: "https://login.example/oauth?client=golem&state=x1", askedAt: now.adding(seconds: -1),
                    expiresAt: now.adding(seconds: 599), notified: [])), secondsAgo: 1)
        return sample
    }
}
