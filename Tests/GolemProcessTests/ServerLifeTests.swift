// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CLinux
import FoundationEssentials
import Glibc
import GolemEngine
import GolemTestSupport
import Testing

/// How the server starts, refuses to start, and ends.
@Suite struct ServerLifeTests {
    @Test func `F45 a second engine on the workspace names the first one, which keeps its socket`() async throws {
        let home = try GolemHome()
        let server = try await home.startServer("--demo")
        let socket = try identity(of: home.workspace + "/state/golem.sock")
        for mode in ["--demo", "--log-level=info"] {
            let second = try await home.run(
                "run", "--gateway-port=0", "--workspace=\(home.workspace)", mode)
            #expect(second.end == .code(75))
            #expect(
                second.errors.contains(
                    "golem: an engine already runs on this workspace (pid \(server.process.pid)). "
                        + "Use `golem attach` to watch it, or stop it first.\n"))
        }
        #expect(try identity(of: home.workspace + "/state/golem.sock") == socket)
        #expect(await server.isHealthy())
        let status = try await home.run("status", "--json")
        #expect(try JSONValue(parsing: status.output)["engine"]?["pid"]?.integerValue == Int64(server.process.pid))
    }

    @Test func `F45 a socket that a killed engine left does not stop the next one`() async throws {
        let home = try GolemHome()
        let first = try await home.startServer("--demo")
        first.process.send(SIGKILL)
        #expect(await first.process.end(within: .seconds(5)) == .signal(SIGKILL))
        #expect(access(home.workspace + "/state/golem.sock", F_OK) == 0)
        let attach = try await home.run("attach", "--plain")
        #expect(attach.end == .code(69))
        let second = try await home.startServer("--demo")
        let status = try await home.run("status", "--json")
        #expect(try JSONValue(parsing: status.output)["engine"]?["pid"]?.integerValue == Int64(second.process.pid))
    }

    @Test func `F50 a public bind without a token ends with 78 and the ways out`() async throws {
        let home = try GolemHome()
        let answer = try await home.run("run", "--gateway-port=0", variables: ["GOLEM_GATEWAY_HOST": "0.0.0.0"])
        #expect(answer.end == .code(78))
        #expect(
            answer.errors.contains("Set gateway.token (or GOLEM_GATEWAY_TOKEN), or set gateway.host to 127.0.0.1."))
        let server = try await home.startServer(
            variables: ["GOLEM_GATEWAY_HOST": "0.0.0.0", "GOLEM_GATEWAY_TOKEN": "secret"])
        #expect(server.process.end == nil)
    }

    @Test func `A port in use ends with 75 and says what to set`() async throws {
        let home = try GolemHome()
        let other = try GolemHome()
        let server = try await home.startServer("--demo")
        let answer = try await other.run("run", "--gateway-port=\(server.port)")
        #expect(answer.end == .code(75))
        // Once is enough.
        #expect(
            answer.errors.contains(
                "golem: the gateway cannot listen on 127.0.0.1:\(server.port): another program uses the port. Stop it, "
                    + "or set gateway.port (GOLEM_GATEWAY_PORT, --gateway-port).\n"))
        #expect(await server.isHealthy())
        // What the failed start held is free again.
        #expect(try await other.startServer("--demo").isHealthy())
    }

    @Test func `A workspace that cannot be written ends with 73 and names the next step`() async throws {
        let home = try GolemHome()
        _ = try home.write("no folder", to: "file")
        let below = try await home.run("run", "--gateway-port=0", "--workspace=\(home.path)/file/w")
        #expect(below.end == .code(73))
        #expect(below.errors.contains("\(home.path)/file/w"))
        #expect(below.errors.contains("--workspace"))
        // A state folder that is no folder: the same for root, whom no mode keeps out.
        _ = try home.write("no folder", to: "x/state")
        let state = try await home.run("run", "--gateway-port=0", "--workspace=\(home.path)/x")
        #expect(state.end == .code(73))
        #expect(state.errors.contains("\(home.path)/x/state/golem.lock cannot be opened"))
        #expect(state.errors.contains("or set another one with --workspace"))
        if geteuid() != 0 {
            mkdir(home.path + "/locked", 0o500)
            let locked = try await home.run("run", "--gateway-port=0", "--workspace=\(home.path)/locked")
            #expect(locked.end == .code(73))
        }
    }

    @Test func `A damaged store ends with 65 and names the command that saves it`() async throws {
        let home = try GolemHome()
        let database = try home.write(String(repeating: "not a database ", count: 1_000), to: "w/state/golem.db")
        let before = home.text(of: "w/state/golem.db")
        let answer = try await home.run("run", "--gateway-port=0")
        #expect(answer.end == .code(65))
        #expect(answer.errors.contains(database))
        #expect(answer.errors.contains("golem store recover"))
        #expect(home.text(of: "w/state/golem.db") == before)
    }

    @Test func `A broken configuration ends with 78, line and column`() async throws {
        let home = try GolemHome()
        let file = try home.write("{\n  \"gateway\": {\"port\": 1,}\n}\n", to: "home/.golem/config.json")
        for words in [["run"], ["attach"], ["status"]] {
            let answer = try await home.run(words[0])
            #expect(answer.end == .code(78))
            #expect(answer.errors.contains(file))
            #expect(answer.errors.contains("line 2, column"), "\(answer.errors)")
            #expect(answer.output.isEmpty)
        }
    }

    @Test func `A model that cannot be used is a warning, and a chat says what to set`() async throws {
        let home = try GolemHome()
        let server = try await home.startServer(variables: ["GOLEM_AGENTS_DEFAULTS_MODEL": "nonsense/model"])
        let answer = await HTTPClient().chat(port: server.port, session: "s", message: "hello")
        #expect(answer?.status == 200)
        #expect(answer?.body.text.contains("providers.") == true, "\(String(describing: answer))")
        #expect(await server.isHealthy())
        let ready = try await HTTPClient().send(HTTPClientRequest(url: "http://127.0.0.1:\(server.port)/ready"))
        #expect(ready.status == 503)
        let parts = try JSONValue(parsing: Data(try await ready.collect(limit: 1 << 16).bytes))
        #expect(parts["status"] == "not_ready")
        #expect(parts["parts"]?["model"]?["state"] == "down")
        #expect(parts["parts"]?["model"]?["reason"]?.stringValue?.contains("golem config set providers.") == true)
        let status = try await home.run("status")
        #expect(status.output.contains("\n  !        model: down, no model can be asked"), "\(status.output)")
        #expect(status.output.contains("Next: golem config set providers."))
        #expect(!status.output.contains("policy: "))
        #expect(home.text(of: "err-1").contains("no model configured"))
        // The same is said without an engine, and before one is started.
        server.process.send(SIGTERM)
        #expect(await server.process.end(within: .seconds(20)) == .code(0))
        let files = try await home.run("status")
        #expect(files.output.contains("\n  !        model: no model can be asked"), "\(files.output)")
        let check = try await home.run("config", "check")
        #expect(check.end == .code(0))
        #expect(check.output.hasPrefix("warning: no model can be asked"), "\(check.output)")
    }

    @Test func `A workspace that may not be read is an error of status, not an engine that does not run`() async throws
    {
        let home = try GolemHome()
        // A file as the workspace keeps out root, too.
        let file = try home.write("no folder", to: "file")
        let status = try await home.run("status", "--workspace", file)
        #expect(status.end == .code(74))
        #expect(status.output.hasPrefix("Engine     unknown: the workspace cannot be read; "), "\(status.output)")
        #expect(status.output.contains("Metrics    cannot be read\n"))
        #expect(status.errors.hasPrefix("golem: the workspace \(file) cannot be read: Not a directory. "))
        let json = try await home.run("status", "--json", "--workspace", file)
        #expect(json.end == .code(74))
        let report = try JSONValue(parsing: json.output)
        #expect(report["engine"]?["running"] == .null)
        #expect(report["engine"]?["error"]?.stringValue?.contains("cannot be read") == true)
        let stop = try await home.run("stop", "--workspace", file)
        #expect(stop.end == .code(74))
        if geteuid() != 0 {
            mkdir(home.path + "/locked", 0)
            let locked = try await home.run("status", "--workspace", home.path + "/locked")
            #expect(locked.end == .code(74))
            #expect(locked.errors.contains("Permission denied"))
        }
    }

    @Test func `Status asks the engine that runs, and says so when it reads files`() async throws {
        let home = try GolemHome()
        let never = try await home.run("status")
        #expect(never.end == .code(0))
        #expect(never.output.hasPrefix("Engine     not running; what follows comes from files\n"))
        #expect(never.output.contains("Metrics    no runtime data yet\n"))
        // What decided the workspace is named, not the mode that would have.
        #expect(never.output.contains("\nWorkspace  \(home.workspace) (GOLEM_WORKSPACE)\n"), "\(never.output)")
        let other = try await home.run("status", "--workspace", home.path + "/other")
        #expect(other.output.contains("\nWorkspace  \(home.path)/other (--workspace)\n"))
        let standard = try await home.run("status", variables: ["GOLEM_WORKSPACE": ""])
        #expect(standard.output.contains("/.golem/workspace (default)\n"))
        let server = try await home.startServer("--demo")
        let live = try await home.run("status")
        #expect(live.output.hasPrefix("Engine     running, pid \(server.process.pid), "))
        server.process.send(SIGTERM)
        #expect(await server.process.end(within: .seconds(20)) == .code(0))
        let left = try await home.run("status", "--json")
        let report = try JSONValue(parsing: left.output)
        #expect(report["source"] == "files")
        #expect(report["engine"]?["running"] == false)
        #expect(report["runtime_metrics"] != nil)
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `A signal ends the server in order: running answers leave first`(number: Int32) async throws {
        let home = try GolemHome()
        let scenario = try home.write(
            #"{"replies": [{"delay_ms": 400, "text": "late but here"}]}"#, to: "scenario.json")
        let server = try await home.startServer("--scenario", scenario)
        async let answer = HTTPClient().chat(port: server.port, session: "s", message: "hello")
        let store = try StoreWindow(path: home.database)
        let isAccepted = try await eventually { try await store.count("inbox") == 1 }
        #expect(isAccepted)
        store.close()
        server.process.send(number)
        #expect(await answer?.body["response"] == "late but here")
        #expect(await server.process.end(within: .seconds(15)) == .code(0))
        #expect(access(home.workspace + "/state/golem.sock", F_OK) != 0)
    }

    @Test func `A second signal does not wait for running answers, and the next start gives them`() async throws {
        let home = try GolemHome()
        let slow = try home.write(#"{"replies": [{"delay_ms": 60000, "text": "never"}]}"#, to: "slow.json")
        let fast = try home.write(#"{"replies": [{"text": "now"}]}"#, to: "fast.json")
        let server = try await home.startServer("--scenario", slow)
        let store = try StoreWindow(path: home.database)
        async let answer = HTTPClient().chat(port: server.port, session: "s", message: "hello", key: "k")
        let isAccepted = try await eventually { try await store.count("inbox") == 1 }
        #expect(isAccepted)
        store.close()
        server.process.send(SIGTERM)
        let isStopping = await eventually {
            home.text(of: "err-1").contains("engine.stopping") || server.process.end != nil
        }
        #expect(isStopping, "\(home.text(of: "err-1"))")
        server.process.send(SIGTERM)
        #expect(await server.process.end(within: .seconds(9)) == .code(0))
        #expect(await answer?.status == 503)
        let next = try await home.startServer("--scenario", fast)
        let again = await HTTPClient().chat(port: next.port, session: "s", message: "hello", key: "k")
        #expect(again?.body["response"] == "now")
    }

    @Test func `SIGHUP opens the log file again`() async throws {
        let home = try GolemHome()
        let scenario = try home.write(#"{"replies": [{"text": "yes"}]}"#, to: "scenario.json")
        let server = try await home.startServer(
            "--scenario", scenario, variables: ["GOLEM_LOG_FILE": home.path + "/golem.log"])
        let isStarted = await eventually { home.text(of: "golem.log").contains("gateway listening") }
        #expect(isStarted)
        rename(home.path + "/golem.log", home.path + "/golem.log.old")
        server.process.send(SIGHUP)
        // The new file comes with its first line; lines before it may still be on their way to the old one.
        let client = HTTPClient()
        let isOpened = await eventually {
            _ = await client.chat(port: server.port, session: "meanwhile", message: "hello")
            return access(home.path + "/golem.log", F_OK) == 0
        }
        #expect(isOpened)
        _ = await client.chat(port: server.port, session: "after-hup", message: "hello")
        let isWritten = await eventually { home.text(of: "golem.log").contains("after-hup") }
        #expect(isWritten)
        #expect(!home.text(of: "golem.log.old").contains("after-hup"))
        #expect(await server.isHealthy())
    }

    private func identity(of path: String) throws -> [UInt64] {
        var info = stat()
        try #require(lstat(path, &info) == 0)
        return [UInt64(info.st_dev), UInt64(info.st_ino)]
    }
}
