// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// Reads a configuration: the defaults, over them the file, over it the environment, over it the flags.
package enum ConfigLoader {
    /// Loads the configuration; nothing is written.
    ///
    /// Blocks for a file or two. Without a file the defaults hold, unless somebody named the file.
    ///
    /// - Parameters:
    ///   - flags: values of command line flags by key, each with the flag's name.
    /// - Throws: one `ConfigError` with everything that is wrong.
    package static func load(
        _ locations: ConfigLocations, flags: [(key: String, flag: String, value: String)] = []
    ) throws(ConfigError) -> LoadedConfig {
        let contents = try read(locations)
        if contents == nil, locations.isFileNamed {
            throw ConfigError(
                code: "config_missing", subject: locations.file,
                message: "there is no such file; make it with: golem init --config \(locations.file)")
        }
        let document = try contents.map { contents throws(ConfigError) in
            try parse(contents.bytes, path: locations.file)
        }
        var judged = judge(document, locations: locations, flags: flags, followsReferences: true)
        if let contents, contents.isReadableByOthers, !judged.secrets.isEmpty {
            judged.problems.append(
                ConfigProblem(
                    .warning, code: "file_mode",
                    message: "other users can read this file (mode \(String(contents.mode, radix: 8))), and it holds "
                        + "secrets; run: chmod 600 \(locations.file)"))
        }
        guard judged.errors.isEmpty else {
            throw ConfigError(
                code: "config_invalid", subject: contents == nil ? "the configuration" : locations.file,
                problems: judged.problems)
        }
        return LoadedConfig(
            config: judged.config, locations: locations, isFilePresent: contents != nil,
            workspace: judged.workspace, logFile: judged.logFile, problems: judged.problems, origins: judged.origins)
    }

    /// What came of a document.
    struct Judged {
        var config: GolemConfig
        var origins: [ConfigPath: ConfigOrigin]
        var problems: [ConfigProblem]
        /// Secrets that stand in the file itself.
        var secrets: [String]
        var workspace = ""
        var logFile: String?

        var errors: [ConfigProblem] { problems.filter { $0.severity == .error } }
    }

    static func read(_ locations: ConfigLocations) throws(ConfigError) -> ConfigFile.Contents? {
        do {
            return try ConfigFile.read(locations.file)
        } catch {
            throw ConfigError(
                code: "config_unreadable", subject: locations.file,
                message: "cannot be read: \(SystemError.text(of: error.errno)). Check its owner and mode.")
        }
    }

    static func parse(_ bytes: [UInt8], path: String) throws(ConfigError) -> JSONDocument {
        // An empty file is what a full disk or a broken copy leaves: to take it for "all defaults" would hide that.
        guard !bytes.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) else {
            throw ConfigError(
                code: "config_syntax", subject: path,
                problems: [
                    ConfigProblem(
                        .error, code: "syntax",
                        message: "the file is empty. Restore it, or write {} into it for the defaults, or remove it "
                            + "and run: golem init")
                ])
        }
        do {
            return try JSONDocument(parsing: bytes)
        } catch {
            throw ConfigError(
                code: "config_syntax", subject: path,
                problems: [
                    ConfigProblem(
                        .error, code: "syntax", message: "not valid JSON: \(error.reason)",
                        place: error.place.description)
                ])
        }
    }

    /// Checks a document with the environment and flags over it; without `followsReferences` the environment counts for
    /// nothing.
    static func judge(
        _ document: JSONDocument?, locations: ConfigLocations, flags: [(key: String, flag: String, value: String)] = [],
        followsReferences: Bool
    ) -> Judged {
        let file = document.map { ConfigDocumentReader($0) }
        var assignments = file?.assignments ?? []
        var problems = file?.problems ?? []
        let ownSecrets = assignments.filter { isPlainSecret($0) }
        if followsReferences {
            let servers = Set(assignments.compactMap { $0.path.server?.name }).sorted()
            let variables = ConfigVariables(locations.environment, servers: servers)
            assignments += variables.assignments
            problems += variables.problems
            assignments += flags.map {
                ConfigAssignment(path: ConfigPath($0.key), value: .string($0.value), origin: .flag($0.flag))
            }
        }
        let references = SecretReferences(environment: locations.environment) { path throws(SecretReferences.Failure) in
            try secretFile(path, locations)
        }
        var assembler = ConfigAssembler(
            standard: GolemConfig(golemHome: locations.golemHome), references: followsReferences ? references : nil)
        for assignment in assignments { assembler.apply(assignment) }
        var config = assembler.config
        var rules = ConfigRules(origins: assembler.origins)
        rules.check(&config, standardWorkspace: locations.golemHome + "/workspace")
        problems += assembler.problems + rules.problems
        var result = Judged(
            config: config, origins: assembler.origins, problems: problems, secrets: ownSecrets.map(\.path.description))
        if result.errors.isEmpty { resolvePaths(&result, locations) }
        // Each sentence masks its own value already; this is for a secret that stands where none belongs.
        let redactor = Redactor(secrets: assembler.secrets.map(\.trimmed) + config.secretValues)
        result.problems = result.problems.map { problem in
            var problem = problem
            problem.message = redactor.redact(problem.message)
            return problem
        }
        return result
    }

    private static func resolvePaths(_ result: inout Judged, _ locations: ConfigLocations) {
        do throws(ConfigError) {
            result.workspace = try locations.workspace(for: result.config)
            result.logFile = try locations.logFile(for: result.config)
        } catch {
            result.problems += error.problems.map { problem in
                var problem = problem
                problem.key = error.subject
                problem.message = "\(error.subject): \(problem.message)"
                problem.place = result.origins[ConfigPath(error.subject)]?.description
                return problem
            }
        }
    }

    /// Whether an assignment puts a secret itself into the file, rather than a reference.
    private static func isPlainSecret(_ assignment: ConfigAssignment) -> Bool {
        func isPlain(_ value: JSONValue) -> Bool {
            switch value {
            case .string(let text): !text.isEmpty && !text.contains("${")
            case .integer, .number: true
            default: false
            }
        }
        if let server = assignment.path.server {
            guard ConfigTable.serverKeysByName[ConfigTable.normalized(server.key)]?.isSecret == true else {
                return false
            }
            return assignment.value.objectValue?.values.contains(where: isPlain) ?? false
        }
        return ConfigTable.keys.first { $0.path == assignment.path.description }?.isSecret == true
            && isPlain(assignment.value)
    }

    private static func secretFile(
        _ written: String, _ locations: ConfigLocations
    ) throws(SecretReferences.Failure) -> String {
        let path: String
        do { path = try locations.absolute(written, subject: "file") } catch {
            throw SecretReferences.Failure(message: "refers to a file that cannot be found: \(error.errors[0].message)")
        }
        do {
            guard let contents = try ConfigFile.read(path) else {
                throw SecretReferences.Failure(message: "refers to the file \(path), which does not exist")
            }
            guard let text = String(validating: contents.bytes, as: UTF8.self)?.trimmed, !text.isEmpty else {
                throw SecretReferences.Failure(message: "refers to the file \(path), which holds no text")
            }
            return text
        } catch let error as SystemError {
            throw SecretReferences.Failure(
                message: "refers to the file \(path), which cannot be read: \(SystemError.text(of: error.errno))")
        } catch let error as SecretReferences.Failure {
            throw error
        } catch {
            throw SecretReferences.Failure(message: "refers to the file \(path), which cannot be read")
        }
    }
}
