// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEngine
import Testing

/// Runs the real executable.
@Suite struct ProgramTests {
    private let folder: String
    private let binary: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/golem-command-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // The executable lies beside the tests, which run from their bundle or through a helper of the toolchain.
        let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
        binary =
            String(bundle[..<(bundle.firstRange(of: "/golemPackageTests")?.lowerBound ?? bundle.endIndex)]) + "/golem"
        try #require(access(binary, X_OK) == 0, "\(binary) is not there; arguments: \(CommandLine.arguments)")
    }

    private struct Answer {
        let code: Int32
        let output: String
        let errors: String
    }

    private func golem(_ words: String..., input: String = "", variables: [String: String] = [:]) throws -> Answer {
        let paths = (input: folder + "/in", output: folder + "/out", errors: folder + "/err")
        try Data(input.utf8).write(to: URL(filePath: paths.input))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, paths.input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, paths.output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, paths.errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var environment = ["HOME": folder, "GOLEM_HOME": folder + "/home", "PATH": "/usr/bin:/bin"]
        environment.merge(variables) { $1 }
        var arguments = ([binary] + words).map { strdup($0) } + [nil]
        var values = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in arguments + values { free(pointer) } }
        var pid = pid_t()
        try #require(posix_spawn(&pid, binary, &actions, nil, &arguments, &values) == 0)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        func text(_ path: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        }
        return Answer(
            code: status & 0x7F == 0 ? status >> 8 & 0xFF : -1, output: try text(paths.output),
            errors: try text(paths.errors))
    }

    @Test func `Without a command the help is shown`() throws {
        let answer = try golem()
        #expect(answer.code == 0)
        #expect(answer.output.contains("Usage: golem <command>"))
        #expect(answer.errors.isEmpty)
        #expect(try golem("help", "config", "set").output == golem("config", "set", "--help").output)
    }

    @Test func `A wrong command line ends with 64 and one line`() throws {
        let answer = try golem("rnu")
        #expect(answer.code == 64)
        #expect(answer.output.isEmpty)
        #expect(answer.errors == "golem: unknown command \"rnu\"; did you mean run?; see: golem help\n")
    }

    @Test func `The version has the original's form and needs no configuration`() throws {
        let answer = try golem("version", variables: ["GOLEM_GATEWAY_PORT": "x"])
        #expect(answer.code == 0)
        #expect(answer.output.wholeMatch(of: #/golem \S+ linux/(amd64|arm64)\n/#) != nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).contains("home") == false)
        let flag = try golem("--version", variables: ["GOLEM_GATEWAY_PORT": "x"])
        #expect(flag.code == 0)
        #expect(flag.output == answer.output)
    }

    @Test func `An error of the command's own words begins with the program's name once`() throws {
        #expect(
            try golem("config", "set", "gateway.prot", "1").errors
                == "golem: gateway.prot is no key of the configuration; did you mean gateway.port?\n")
        #expect(
            try golem("config", "set", "gateway.port", "0").errors.hasPrefix("golem: gateway.port is \"0\"; allowed: "))
    }

    @Test func `An empty configuration is an error for all that read it, an empty object is none`() throws {
        try FileManager.default.createDirectory(atPath: folder + "/home", withIntermediateDirectories: true)
        let file = folder + "/home/config.json"
        for words in [["config", "check"], ["run", "--gateway-port=0"], ["status", "--json"]] {
            try Data().write(to: URL(filePath: file))
            let answer = try golem(words[0], words[1])
            #expect(answer.code == 78)
            #expect(answer.errors.hasPrefix("golem: \(file): the file is empty. "), "\(answer.errors)")
            #expect(answer.errors.contains("golem init"))
        }
        try Data("{}".utf8).write(to: URL(filePath: file))
        #expect(try golem("config", "check").code == 0)
    }

    @Test func `A message needs a text`() throws {
        #expect(
            try golem("help", "chats", "send").output.hasPrefix("Usage: golem chats send <session> <text…> [flags]"))
        let answer = try golem("chats", "send", "telegram:1")
        #expect(answer.code == 64)
        #expect(answer.errors == "golem: <text> is missing; see: golem help chats send\n")
    }

    @Test(arguments: [["attach"], ["attach", "--plain"], ["attach", "--stdio"], ["stop"]])
    func `Without an engine there is one clear sentence with the next step`(words: [String]) throws {
        let answer = try golem(words[0], words.count > 1 ? words[1] : "--log-level=info")
        #expect(answer.code == 69)
        #expect(
            answer.errors
                == "golem: no engine runs on the workspace \(folder)/home/workspace. Start one with: golem run, "
                + "or name the workspace of one that runs with --workspace.\n")
        #expect(!answer.output.contains("ENOENT"))
    }

    @Test func `Init, set, show and check work together and keep the secret to themselves`() throws {
        #expect(
            try golem("init").output.hasPrefix("Golem initialized!\nConfig: \(folder)/home/config.json\nWorkspace: "))
        #expect(try golem("init").output.hasPrefix("Config already exists: \(folder)/home/config.json\n"))
        #expect(try golem("config", "set", "gateway.token", "-", input: "very-secret-token\n").code == 0)
        #expect(try golem("config", "set", "gateway.port", "4711").code == 0)
        let shown = try golem("config", "show", "gateway")
        #expect(shown.output.contains("gateway.port   4711         file\n"))
        #expect(shown.output.contains("\"***\""))
        let json = try JSONValue(parsing: try golem("config", "show", "--json").output)
        #expect(json["gateway"]?["token"] == "***")
        #expect(json["gateway"]?["port"] == 4_711)
        let unusable = try golem("config", "check")
        #expect(unusable.code == 0)
        #expect(unusable.output.hasPrefix("warning: no model can be asked"))
        #expect(unusable.output.contains("golem config set providers.claude.api_key -"))
        #expect(unusable.output.hasSuffix("\n\(folder)/home/config.json is valid.\n"))
        #expect(try golem("config", "set", "providers.claude.api_key", "-", input: "very-secret-key\n").code == 0)
        let check = try golem("config", "check")
        #expect(check.code == 0)
        #expect(check.output == "\(folder)/home/config.json is valid.\n")
        let port = try golem("config", "show", "gateway.port", variables: ["GOLEM_GATEWAY_PORT": "5"])
        #expect(port.output == "gateway.port  5  GOLEM_GATEWAY_PORT\n")
        #expect(try golem("config", "unset", "gateway.port").code == 0)
        #expect(try golem("config", "show", "gateway.port").output == "gateway.port  18790  default\n")
        for words in [["config", "show", "--all"], ["config", "show", "--json"], ["config", "check"]] {
            let answer = try golem(words[0], words[1], words.count > 2 ? words[2] : "--log-level=info")
            #expect(!(answer.output + answer.errors).contains("very-secret-token"))
        }
    }

    @Test(arguments: [["run"], ["config", "check"], ["config", "show"]])
    func `A wrong configuration ends with 78 and all of its errors`(words: [String]) throws {
        try FileManager.default.createDirectory(atPath: folder + "/home", withIntermediateDirectories: true)
        try Data("{\"gateway\": {\"port\": 0}, \"log\": {\"level\": \"loud\"}}".utf8)
            .write(to: URL(filePath: folder + "/home/config.json"))
        let answer = try golem(
            words[0], words.count > 1 ? words[1] : "--gateway-port=0", variables: ["GOLEM_GATEWAY_TOKNE": "x"])
        #expect(answer.code == 78)
        #expect(answer.errors.contains("did you mean GOLEM_GATEWAY_TOKEN?"))
        #expect(answer.errors.contains("config.json has 2 errors:\n  gateway.port is 0; allowed"))
        #expect(answer.errors.contains("\n  log.level is \"loud\"; allowed: debug, info, warn or error"))
    }

    @Test func `F50 a server for everybody without a token does not start`() throws {
        let variables = ["GOLEM_GATEWAY_HOST": "0.0.0.0"]
        for words in [["run", "--gateway-port=0"], ["config", "check"]] {
            let answer = try golem(words[0], words[1], variables: variables)
            #expect(answer.code == 78)
            #expect(
                answer.errors.contains("Set gateway.token (or GOLEM_GATEWAY_TOKEN), or set gateway.host to 127.0.0.1."))
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `Completion scripts name all commands`(shell: String) throws {
        let answer = try golem("completion", shell)
        #expect(answer.code == 0)
        for name in ["run", "init", "config", "gateway-port"] { #expect(answer.output.contains(name)) }
        guard shell == "bash" else { return }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var arguments = ["bash", "-n", folder + "/out"].map { strdup($0 as String) } + [nil]
        defer { for pointer in arguments { free(pointer) } }
        var pid = pid_t()
        var status: Int32 = -1
        try #require(posix_spawn(&pid, "/bin/bash", &actions, nil, &arguments, nil) == 0)
        waitpid(pid, &status, 0)
        #expect(status == 0)
    }
}
