// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemEvents

/// Sends requests from a number of sessions, each one after the other, and prints latencies and throughput as JSON.
enum LoadGenerator {
    static func run(_ options: BenchOptions) async -> Int32 {
        let url = options.text("url", "")
        let sessions = options.number("sessions", 1)
        let each = max(1, options.number("requests", 1_000) / sessions)
        let isModel = options.text("kind", "chat") == "model"
        // How many turns a conversation has before the next one begins; a session that never ends measures its history.
        let turns = max(1, options.number("turns", 1_000_000))
        let client = HTTPClient()
        let time = SystemTime()
        func once(_ session: Int, _ number: Int) async -> Bool {
            let body =
                isModel
                ? #"{"model":"bench","stream":true,"messages":[{"role":"user","content":"hello"}]}"#
                : #"{"message":"hello number \#(number)","session_id":"bench-\#(session)-\#(number / turns)"}"#
            do {
                let response = try await client.send(request(url, body: Array(body.utf8)))
                let (bytes, _) = try await response.collect(limit: 1 << 20)
                return response.status == 200 && !bytes.isEmpty
            } catch {
                return false
            }
        }
        for number in 0..<options.number("warm-up", 20) { _ = await once(-1, number) }
        let began = time.monotonicMicroseconds()
        let results = await withTaskGroup(of: (LatencyHistogram, Int, [Int64]).self) { group in
            for session in 0..<sessions {
                group.addTask {
                    var latencies = LatencyHistogram()
                    var failures = 0
                    var all: [Int64] = []
                    for number in 0..<each {
                        let start = time.monotonicMicroseconds()
                        if await once(session, number) == false { failures += 1 }
                        let took = time.monotonicMicroseconds() - start
                        latencies.record(took)
                        if sessions == 1 { all.append(took) }
                    }
                    return (latencies, failures, all)
                }
            }
            var sum = (LatencyHistogram(), 0, [Int64]())
            for await result in group {
                sum.0.merge(result.0)
                sum.1 += result.1
                sum.2 += result.2
            }
            return sum
        }
        let seconds = Double(time.monotonicMicroseconds() - began) / 1_000_000
        func median(_ slice: ArraySlice<Int64>) -> Double {
            slice.isEmpty ? 0 : Double(slice.sorted()[slice.count / 2])
        }
        let all = results.2
        print(
            JSONValue.object([
                "requests": .integer(Int64(results.0.count)), "failures": .integer(Int64(results.1)),
                "per_second": .number(Double(results.0.count) / seconds),
                "p50_us": .integer(results.0.quantile(0.5) ?? 0), "p99_us": .integer(results.0.quantile(0.99) ?? 0),
                "first_50_p50_us": .number(median(all.prefix(50))), "last_50_p50_us": .number(median(all.suffix(50))),
            ]).text)
        // Else the client's thread would free what it has while the process ends and frees it as well.
        await client.shutdown()
        return results.1 == 0 ? 0 : 1
    }

    static func request(_ url: String, body: [UInt8]) -> HTTPClientRequest {
        var request = HTTPClientRequest(method: "POST", url: url)
        request.headers = [HTTPClientHeader("Content-Type", "application/json")]
        request.body = body
        request.totalTimeout = .seconds(120)
        return request
    }
}
