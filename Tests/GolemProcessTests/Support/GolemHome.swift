// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import Glibc
import GolemEngine
import GolemTestSupport
import Synchronization

/// A home and a workspace for the real executable, and the ways to start it there.
final class GolemHome: Sendable {
    /// What a command printed, and how it ended.
    struct Answer: Sendable {
        let end: ChildProcess.End?
        let output: String
        let errors: String
    }

    /// A server that runs without a console.
    struct Server: Sendable {
        let process: ChildProcess
        let port: Int

        /// Whether `/health` answers.
        func isHealthy() async -> Bool { await GolemHome.isHealthy(port: port) }
    }

    /// Why the executable or an engine is not there.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The executable, which lies beside the tests.
    let binary: String
    /// Variables of every child.
    let environment: [String: String]
    private let folder: TemporaryWorkspace
    private let starts = Atomic(0)
    /// All that was started: it lives as long as the home.
    private let children = Mutex<[ChildProcess]>([])

    var path: String { folder.path }
    var workspace: String { folder.path + "/w" }
    var database: String { workspace + "/state/golem.db" }

    init() throws {
        folder = try TemporaryWorkspace()
        // The tests run from their bundle, or through a helper of the toolchain that names it.
        let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
        binary =
            String(bundle[..<(bundle.firstRange(of: "/golemPackageTests")?.lowerBound ?? bundle.endIndex)]) + "/golem"
        guard access(binary, X_OK) == 0 else { throw Failure(description: "\(binary) is not there") }
        environment = [
            "HOME": folder.path + "/home", "PATH": ChildProcess.path, "LANG": "C.UTF-8", "TERM": "xterm-256color",
            "USER": "operator", "SWIFT_BACKTRACE": "enable=no", "GOLEM_WORKSPACE": folder.path + "/w",
            "TMUX_TMPDIR": folder.path, "SHELL": "/bin/sh",
        ]
        mkdir(folder.path + "/home", 0o700)
    }

    deinit { children.withLock { $0 = [] } }

    /// Writes a file and gives its path.
    func write(_ text: String, to name: String) throws -> String {
        try folder.write(text, to: name)
        return "\(path)/\(name)"
    }

    /// The text of a file; empty when there is none.
    func text(of name: String) -> String { String(decoding: folder.bytes(of: name), as: UTF8.self) }

    /// Starts `golem` with its output in files; gives their names, too.
    func start(
        _ words: [String], _ variables: [String: String] = [:]
    ) throws -> (process: ChildProcess, output: String, errors: String) {
        let number = starts.add(1, ordering: .relaxed).newValue
        var launch = ChildProcess.Launch([binary] + words)
        launch.environment = environment.merging(variables) { $1 }
        launch.files.output = "\(path)/out-\(number)"
        launch.files.errors = "\(path)/err-\(number)"
        return (try start(launch), "out-\(number)", "err-\(number)")
    }

    /// Starts any program, which is ended with the home at the latest.
    func start(_ launch: ChildProcess.Launch) throws -> ChildProcess {
        let child = try ChildProcess(launch)
        children.withLock { $0.append(child) }
        return child
    }

    /// Runs `golem` to its end, at most twenty seconds.
    func run(_ words: String..., variables: [String: String] = [:]) async throws -> Answer {
        let (process, output, errors) = try start(words, variables)
        let end = await process.end(within: .seconds(20))
        return Answer(end: end, output: text(of: output), errors: text(of: errors))
    }

    /// Starts `golem run` on the workspace and returns when its gateway listens.
    func startServer(_ words: String..., variables: [String: String] = [:]) async throws -> Server {
        let (process, output, errors) = try start(
            ["run", "--gateway-port", "0", "--workspace", workspace] + words, variables)
        var port: Int?
        _ = await eventually {
            port = Self.port(in: text(of: output), after: "Gateway: http://")
            return port != nil || process.end != nil
        }
        guard let port else {
            throw Failure(description: "golem run \(words) did not start: \(text(of: output))\(text(of: errors))")
        }
        return Server(process: process, port: port)
    }

    /// The port of a `golem run --tui`, which writes it into its log.
    func loggedPort() async throws -> Int {
        var port: Int?
        _ = await eventually {
            port = Self.port(in: text(of: "w/state/golem.log"), after: #""addr":""#)
            return port != nil
        }
        guard let port else { throw Failure(description: "no gateway in the log: \(text(of: "w/state/golem.log"))") }
        return port
    }

    /// Variables of a server whose model is `Tests/Servers/model_server.py`.
    static func variables(model: PythonServer) -> [String: String] {
        [
            "GOLEM_AGENTS_DEFAULTS_MODEL": "openai/echo", "GOLEM_PROVIDERS_OPENAI_API_KEY": "key",
            "GOLEM_PROVIDERS_OPENAI_BASE_URL": model.url + "/v1",
        ]
    }

    static func isHealthy(port: Int) async -> Bool {
        let client = HTTPClient()
        let request = HTTPClientRequest(
            url: "http://127.0.0.1:\(port)/health", connectTimeout: .seconds(2), totalTimeout: .seconds(5))
        return (try? await client.send(request).status) == 200
    }

    private static func port(in text: String, after mark: String) -> Int? {
        guard let range = text.firstRange(of: mark) else { return nil }
        let address = text[range.upperBound...].prefix { !"\n\"".contains($0) }
        // A half-written line is no port yet.
        guard address.endIndex < text.endIndex, let colon = address.lastIndex(of: ":") else { return nil }
        return Int(address[colon...].dropFirst())
    }
}

extension HTTPClient {
    /// Posts a chat message; nil when the connection broke, else the status and the body.
    func chat(
        port: Int, session: String, message: String, sender: String = "api", key: String? = nil,
        timeout: Duration = .seconds(60)
    ) async -> (status: Int, body: JSONValue)? {
        let body = JSONValue.object([
            "message": .string(message), "session_id": .string(session), "sender_id": .string(sender),
        ])
        var request = HTTPClientRequest(
            method: "POST", url: "http://127.0.0.1:\(port)/chat",
            headers: [HTTPClientHeader("Content-Type", "application/json")],
            body: Array(body.text.utf8), totalTimeout: timeout)
        if let key { request.headers.append(HTTPClientHeader("Idempotency-Key", key)) }
        do {
            let response = try await send(request)
            let bytes = try await response.collect(limit: 1 << 20).bytes
            return (response.status, try JSONValue(parsing: Data(bytes)))
        } catch {
            return nil
        }
    }
}
