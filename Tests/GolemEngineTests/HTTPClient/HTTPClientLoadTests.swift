// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc
import GolemEngine
import GolemTestSupport
import Synchronization
import Testing

@Suite(.serialized) struct HTTPClientLoadTests {
    @Test func `A body nobody reads fills a bounded buffer and goes on when it is read`() async throws {
        let client = HTTPClient()
        let server = try await PythonServer.start("http_server.py")
        let total = 64 << 20
        let response = try await client.send(HTTPClientRequest(url: server.url + "/big?bytes=\(total)"))
        #expect(await eventually { response.body.isPaused })
        #expect(response.body.bufferedCount <= 256 * 1024 + 64 * 1024)
        let observer = HTTPClient()
        #expect(try await observer.stats(server).sent < total / 2)
        var count = 0
        var largest = 0
        for try await chunk in response.body {
            count += chunk.count
            largest = max(largest, chunk.count)
        }
        #expect(count == total)
        #expect(largest <= 256 * 1024 + 64 * 1024)
    }

    @Test func `Many bodies pause and go on beside each other`() async throws {
        let client = HTTPClient()
        let server = try await PythonServer.start("http_server.py")
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let response = try await client.send(
                        HTTPClientRequest(url: server.url + "/big?bytes=20000000", idleTimeout: .seconds(20)))
                    var count = 0
                    for try await chunk in response.body {
                        count += chunk.count
                        for _ in 0..<20 { await Task.yield() }
                    }
                    return count
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts == [Int](repeating: 20_000_000, count: 8))
    }

    @Test func `Thousands of requests wait at once and all are answered`() async throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let count = limit.rlim_cur >= 6000 ? 5000 : Int(limit.rlim_cur / 2)
        let client = HTTPClient()
        let server = try await PythonServer.start("http_server.py")
        let observer = HTTPClient()
        let threadsBefore = threadCount()
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<count { group.addTask { try await client.text(server.url + "/hold") } }
            let allWait = try await eventually(within: .seconds(60)) {
                try await observer.stats(server).holding == count
            }
            #expect(allWait)
            // Two clients; the pool of the concurrency runtime may grow by its own rules.
            #expect(threadCount() <= threadsBefore + 8)
            #expect(try await observer.text(server.url + "/release") == "ok")
            var answered = 0
            for try await text in group where text == "released" { answered += 1 }
            #expect(answered == count)
        }
    }

    private func threadCount() -> Int {
        guard let directory = opendir("/proc/self/task") else { return 0 }
        defer { closedir(directory) }
        var count = -2
        while readdir(directory) != nil { count += 1 }
        return count
    }
}
