// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Testing

@testable import golem

@Suite struct ArgumentParserTests {
    private static let count = Option<Int>.integer("count", "number", 0...9, "A number.")
    private static let name = Option<String>.text("name", short: "n", "name", "A name.")
    private static let fast = Switch("fast", short: "f", "Quickly.")
    private static let loud = Switch("loud", short: "l", "Noisily.")
    private static let root = CommandDefinition(
        name: "golem", summary: "A program.",
        subcommands: [
            CommandDefinition(
                name: "send", summary: "Sends.",
                flags: [
                    FlagDefinition(count), FlagDefinition(name), FlagDefinition(fast), FlagDefinition(loud),
                ],
                positionals: [Positional("to", "To whom."), Positional("text", "What.", count: .any)],
                run: { _ in 0 }),
            CommandDefinition(
                name: "call", summary: "Calls.", flags: [FlagDefinition(fast)],
                positionals: [
                    Positional("host", "Where.", count: .optional), Positional("option", "How.", count: .any),
                ],
                passesOptions: true, run: { _ in 0 }),
            CommandDefinition(
                name: "say", summary: "Says.", positionals: [Positional("text", "What.", count: .some)],
                run: { _ in 0 }),
            CommandDefinition(
                name: "list", summary: "Lists.",
                subcommands: [CommandDefinition(name: "all", summary: "All.", run: { _ in 0 })]),
        ])

    private func parse(_ words: String...) throws(CommandFailure) -> Invocation {
        try ArgumentParser(root: Self.root, global: GlobalFlags.all).parse(words)
    }

    @Test func `What belongs to another program is passed on as it is`() throws {
        let call = try parse("call", "gw-7", "--fast", "-p", "2222", "--fast", "-f")
        #expect(call.words == ["gw-7", "-p", "2222", "--fast", "-f"])
        #expect(call.has(Self.fast))
        #expect(try parse("call", "-f", "gw-7").words == ["gw-7"])
        #expect(try parse("call", "gw-7", "-h").has(GlobalFlags.help))
        #expect(try message("call", "-p", "22").contains("unknown flag -p"))
    }

    private func message(_ words: String...) throws -> String {
        let error = try #require(throws: CommandFailure.self) {
            try ArgumentParser(root: Self.root, global: GlobalFlags.all).parse(words)
        }
        #expect(error.exitCode == 64)
        #expect(!error.message.contains("\n"))
        return error.message
    }

    @Test func `A text that is needed has one word or more`() throws {
        #expect(try parse("say", "a", "b", "c").words == ["a", "b", "c"])
        #expect(try message("say") == "<text> is missing; see: golem help say")
        let page = try UsageText(root: Self.root, global: GlobalFlags.all).page(for: ["say"])
        #expect(page.hasPrefix("Usage: golem say <text…> [flags]"))
    }

    @Test func `Values follow their flag or an equals sign, words go where they belong`() throws {
        let line = try parse("send", "--count", "3", "ann", "--name=a=b", "-f", "hello", "there")
        #expect(line.path == ["send"])
        #expect(line[Self.count] == 3)
        #expect(line[Self.name] == "a=b")
        #expect(line.has(Self.fast))
        #expect(!line.has(Self.loud))
        #expect(line.words == ["ann", "hello", "there"])
    }

    @Test func `Short flags may stand together, with a value at the end`() throws {
        let line = try parse("send", "-flnBob", "ann")
        #expect(line.has(Self.fast))
        #expect(line.has(Self.loud))
        #expect(line[Self.name] == "Bob")
        #expect(try parse("send", "ann", "-n", "-5")[Self.name] == "-5")
    }

    @Test func `After two dashes nothing is a flag, and one dash is a word`() throws {
        #expect(try parse("send", "ann", "--", "--fast", "-x").words == ["ann", "--fast", "-x"])
        #expect(try parse("send", "-").words == ["-"])
    }

    @Test func `Flags of every command stand before or after its name`() throws {
        #expect(try parse("--config", "a", "list", "all")[GlobalFlags.config] == "a")
        #expect(try parse("list", "all", "--config=a")[GlobalFlags.config] == "a")
        #expect(try parse("list", "all", "--log-level", "WARN")[GlobalFlags.logLevel] == "warn")
    }

    @Test func `Help needs nothing else to be right`() throws {
        #expect(try parse("send", "--help").has(GlobalFlags.help))
        #expect(try parse("-h").has(GlobalFlags.help))
    }

    @Test func `A wrong command line is one line that says what was meant and where the help is`() throws {
        #expect(try message("sned") == "unknown command \"sned\"; did you mean send?; see: golem help")
        #expect(try message("list", "al") == "unknown list command \"al\"; did you mean all?; see: golem help list")
        #expect(
            try message("send", "a", "--cuont", "1")
                == "unknown flag --cuont; did you mean --count?; see: golem help send")
        #expect(try message("send", "a", "-x") == "unknown flag -x; see: golem help send")
        #expect(try message("send", "a", "--count") == "--count needs a value: <number>; see: golem help send")
        #expect(
            try message("send", "a", "--count", "--fast") == "--count needs a value: <number>; see: golem help send")
        #expect(
            try message("send", "a", "--count=10")
                == "--count is \"10\"; allowed: a whole number from 0 to 9; see: golem help send")
        #expect(try message("send", "--fast=yes") == "--fast takes no value; see: golem help send")
        #expect(try message("send") == "<to> is missing; see: golem help send")
        #expect(try message("list", "all", "more") == "unexpected \"more\"; see: golem help list all")
    }

    @Test func `Every command of the program has a help page of at most 80 columns`() throws {
        let usage = UsageText(root: GolemProgram.definition, global: GlobalFlags.all)
        func check(_ command: CommandDefinition, _ path: [String]) throws {
            let page = try usage.page(for: path)
            #expect(page.hasPrefix("Usage: " + (["golem"] + path).joined(separator: " ")))
            #expect(page.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(page)")
            #expect(command.summary.hasSuffix("."))
            for next in command.subcommands { try check(next, path + [next.name]) }
        }
        try check(GolemProgram.definition, [])
        #expect(throws: CommandFailure.self) { try usage.page(for: ["config", "nothing"]) }
    }

    @Test(arguments: [40, 60, 80, 120])
    func `Help pages keep to the width`(width: Int) throws {
        let usage = UsageText(root: GolemProgram.definition, global: GlobalFlags.all, width: width)
        func check(_ command: CommandDefinition, _ path: [String]) throws {
            for line in try usage.page(for: path).split(separator: "\n", omittingEmptySubsequences: false) {
                // A word longer than the line stays whole, and examples stay as they are.
                let isWord = line.drop { $0 == " " }.split(separator: " ").count <= 1
                let isExample = line.hasPrefix("  ") && line.contains("  golem ") || line.contains("source <(")
                #expect(line.count <= width || isWord || isExample || line.hasPrefix("Usage:"), "\(path): \(line)")
                #expect(!line.hasSuffix(" "), "\(path): \(line)")
            }
            for child in command.subcommands where !child.name.hasPrefix("_") {
                try check(child, path + [child.name])
            }
        }
        try check(GolemProgram.definition, [])
    }
}
