// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// The parts of the benchmark: servers that run as processes of their own, a load generator, and measurements in
/// process.
///
/// `Benchmarks/run.py` puts them together.
enum BenchProgram {
    static func run(_ arguments: [String]) async -> Int32 {
        let options = BenchOptions(Array(arguments.dropFirst()))
        switch arguments.first {
        case "model-server": return await ModelServer.run(options)
        case "null-agent": return await NullAgent.run(options)
        case "load": return await LoadGenerator.run(options)
        case "micro": return await MicroBenchmarks.run()
        case "console": return await ConsoleBenchmark.run(options)
        case "echo": return EchoServer.run()
        case "echo-http": return await EchoServer.runHTTP(options)
        case "tool-calls": return await ToolCallBenchmark.run(options)
        default:
            print(
                "usage: golem-bench model-server|null-agent|load|micro|console|echo|echo-http|tool-calls [--name value …]"
            )
            return 64
        }
    }
}

/// `--name value` pairs.
struct BenchOptions {
    private var values: [String: String] = [:]

    init(_ words: [String]) {
        for index in stride(from: 0, to: words.count - 1, by: 2) { values[words[index]] = words[index + 1] }
    }

    func text(_ name: String, _ standard: String) -> String { values["--" + name] ?? standard }
    func number(_ name: String, _ standard: Int) -> Int { values["--" + name].flatMap { Int($0) } ?? standard }
}
