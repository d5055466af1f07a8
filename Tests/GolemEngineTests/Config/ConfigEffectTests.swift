// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import GolemTestSupport
import Testing

@testable import GolemEngine

/// No key does nothing silently: each one changes what the engine is made with, or is known not to.
@Suite struct ConfigEffectTests {
    /// Keys that the executable reads itself, for its consoles.
    private static let ofTheConsole: Set = ["console.read_only", "console.color"]

    /// Values for keys that take less than their kind allows.
    private static let special: [String: String] = [
        "gateway.host": #""127.0.0.2""#, "tools.web.fetch.allow_private": #"["10.1.0.0/16"]"#,
        "providers.ollama.base_url": #""http://127.0.0.1:1""#, "heartbeat.interval": "77",
    ]

    /// What has to be set besides, so that a key counts.
    private static let besides: [String: [String: String]] = [
        "agents.defaults.workspace": ["agents.defaults.workspace_mode": #""path""#],
        "policy.off_ttl": ["policy.mode": #""off""#], "policy.allow_persistent_off": ["policy.mode": #""off""#],
    ]

    /// Another value than the default, as JSON.
    private func otherValue(_ key: ConfigKey<GolemConfig>) -> String {
        if let special = Self.special[key.path] { return special }
        let standard = key.read(GolemConfig())
        switch key.kind {
        case .text: return #""other""#
        case .integer(let range, _):
            let value = Int(standard.integerValue ?? 0)
            return "\(value + 1 <= range.upperBound ? value + 1 : value - 1)"
        case .number: return "1.25"
        case .flag, .optionalFlag: return standard == .bool(true) ? "false" : "true"
        case .choice(let words, _): return "\"\(words.first { .string($0) != standard } ?? "")\""
        case .duration: return #""7m""#
        case .list: return #"["other"]"#
        case .objects: return #"[{"action":"deny"}]"#
        case .map: return #"{"other":"value"}"#
        }
    }

    private func document(_ values: [String: String]) -> String {
        // The loader merges repeated sections.
        var root: [String: JSONValue] = [:]
        func insert(_ value: JSONValue, _ names: ArraySlice<Substring>, _ object: [String: JSONValue]) -> [String:
            JSONValue]
        {
            var object = object
            guard let name = names.first.map({ String($0) }) else { return object }
            object[name] =
                names.count == 1
                ? value : .object(insert(value, names.dropFirst(), object[name]?.objectValue ?? [:]))
            return object
        }
        for (path, text) in values {
            root = insert((try? JSONValue(parsing: text)) ?? .null, path.split(separator: ".")[...], root)
        }
        return JSONValue.object(root).text
    }

    /// Everything that a configured engine is made of, as text; an error counts as an outcome too.
    private func outcome(_ values: [String: String]) throws -> String {
        let fixture = try ConfigFixture()
        let loaded: LoadedConfig
        do { loaded = try fixture.load(document(values)) } catch let error as ConfigError { return "\(error)" }
        var text = "\(loaded.workspace)\n"
        do throws(EngineError) {
            let time = ManualTime()
            var options = try EngineOptions(loaded, startedAt: time.wallNow(), time: time)
            // To hide a secret and to warn of a value is not to use it.
            options.secrets = []
            options.warnings = []
            dump(options, to: &text)
        } catch { return error.message }
        dump(LogOptions(loaded), to: &text)
        dump(BuiltInTools.Options(loaded), to: &text)
        dump(loaded.models, to: &text)
        dump(loaded.providerSettings(stored: [:]), to: &text)
        return text.replacing(fixture.folder, with: "")
    }

    @Test func `Every key changes something, or is on the list of those that do not`() throws {
        for key in ConfigTable.keys where !Self.ofTheConsole.contains(key.path) {
            let besides = Self.besides[key.path] ?? [:]
            let before = try outcome(besides)
            let after = try outcome(besides.merging([key.path: otherValue(key)]) { $1 })
            #expect((before != after) == ConfigTable.hasEffect(key.path), "\(key.path)")
        }
    }

    @Test func `The list names only what there is`() {
        for entry in ConfigTable.withoutEffect {
            #expect(ConfigTable.keys.contains { $0.path == entry || $0.path.hasPrefix(entry + ".") }, "\(entry)")
        }
    }

    @Test func `Whoever sets something that has no effect is told, with the place`() throws {
        let fixture = try ConfigFixture()
        for entry in ConfigTable.withoutEffect {
            let keys = ConfigTable.keys.filter { $0.path == entry || $0.path.hasPrefix(entry + ".") }
            let key = try #require(keys.first { $0.path == entry + ".enabled" } ?? keys.first)
            let warnings = try fixture.load(document([key.path: otherValue(key)])).warnings
            let warning = warnings.first { $0.code == "no_effect" }
            #expect(warning?.key == entry, "\(key.path)")
            #expect(warning?.place?.hasPrefix("line 1") == true)
            #expect(warning?.message.contains("not in this version") == true)
        }
        let servers = try fixture.load(
            #"{"mcp":{"servers":{"fs":{"transport":"stdio","command":"x"},"off":{"enabled":false}}}}"#)
        #expect(servers.warnings.isEmpty)
        // What is switched off, or says what holds anyway, expects nothing.
        let quiet = #"{"channels":{"telegram":{"enabled":false,"token":"t"}},"heartbeat":{"interval":30}}"#
        #expect(try fixture.load(quiet).warnings.isEmpty)
        // The default promises no heartbeat, and whoever changes its times is told that there is none.
        #expect(GolemConfig().heartbeat.isEnabled == false)
        let times = try fixture.load(#"{"heartbeat":{"interval":31}}"#).warnings
        #expect(times.map(\.key) == ["heartbeat"])
        #expect(times.first?.place?.hasPrefix("line 1") == true)
        #expect(try fixture.load(#"{"heartbeat":{"enabled":false,"interval":31}}"#).warnings.isEmpty)
        let reference = ConfigReference.all
        #expect(reference.first { $0.path == "heartbeat.enabled" }?.summary.hasSuffix("Not in this version.") == true)
        #expect(reference.first { $0.path == "gateway.port" }?.summary.contains("Not in this version") == false)
    }

    @Test func `Standing warnings have a code of their own each`() throws {
        let fixture = try ConfigFixture()
        let loaded = try fixture.load(
            #"{"channels":{"telegram":{"enabled":true},"slack":{"enabled":true,"allow_from":["*"]}}}"#)
        let time = ManualTime()
        let options = try EngineOptions(loaded, startedAt: time.wallNow(), time: time)
        #expect(options.warnings.count == 4)
        #expect(Set(options.warnings.map(\.code)).count == 4)
    }

    @Test func `Events are kept for the configured days, also when little happens`() async throws {
        let time = ManualTime()
        let provider = StubProvider { _, _ throws(ProviderError) in ModelResponse(text: "x") }
        try await EngineHarness.run(provider: provider, time: time, configure: { $0.eventDays = 3 }) { harness in
            func count() async throws -> Int64 {
                try await harness.engine.store.read { connection in
                    try connection.first("SELECT count(*) FROM events WHERE body LIKE '%first%'") { $0.integer(0) } ?? 0
                }
            }
            _ = try await harness.chat("first")
            #expect(
                try await eventually {
                    await time.advance(by: .seconds(1))
                    return try await count() > 0
                })
            await time.advance(by: .seconds(2 * 86_400))
            #expect(try await count() > 0)
            #expect(
                try await eventually {
                    await time.advance(by: .seconds(7_200))
                    return try await count() == 0
                })
            #expect(time.monotonicMicroseconds() > 3 * 86_400 * 1_000_000)
        }
    }
}
