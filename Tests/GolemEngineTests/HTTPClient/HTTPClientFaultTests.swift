// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import GolemTestSupport
import Synchronization
import Testing

@Suite struct HTTPClientFaultTests {
    private let client = HTTPClient()

    @Test func `A closed port is refused before anything is sent`() async {
        let error = await client.failure("http://127.0.0.1:1/")
        #expect(error?.code == .refused)
        #expect(error?.isRetryable == true)
        #expect(error?.requestMayHaveBeenSent == false)
    }

    @Test func `A name that does not exist is a lookup error`() async {
        let error = await client.failure("http://no-such-host.invalid/")
        #expect(error?.code == .dns)
        #expect(error?.requestMayHaveBeenSent == false)
    }

    @Test(arguments: ["/drop", "/short", "/cut"])
    func `A connection that ends too early is a reset after sending`(path: String) async throws {
        let error = await client.failure(try await SharedHTTPServer.url + path)
        #expect(error?.code == .reset)
        #expect(error?.isRetryable == true)
        #expect(error?.requestMayHaveBeenSent == true)
    }

    @Test func `What came before a break can be read`() async throws {
        let response = try await client.send(HTTPClientRequest(url: try await SharedHTTPServer.url + "/cut"))
        var text = ""
        let error = await #expect(throws: HTTPClientError.self) {
            for try await chunk in response.body { text += String(decoding: chunk, as: UTF8.self) }
        }
        #expect(text == "hello")
        #expect(error?.code == .reset)
    }

    @Test func `Something that is not HTTP is a protocol error`() async throws {
        #expect(await client.failure(try await SharedHTTPServer.url + "/garbage")?.code == .protocolViolation)
    }

    @Test func `A head without end is refused`() async throws {
        let error = await client.failure(try await SharedHTTPServer.url + "/big-head")
        #expect(error?.code == .protocolViolation)
        #expect(error?.message.contains("head") == true)
    }

    @Test func `A peer that never answers runs into the first byte timeout`() async throws {
        let url = try await SharedHTTPServer.url + "/silent"
        let error = await client.failure(
            HTTPClientRequest(url: url, firstByteTimeout: .milliseconds(60), totalTimeout: .seconds(60)))
        #expect(error?.code == .firstByteTimeout)
        #expect(error?.requestMayHaveBeenSent == true)
    }

    @Test func `A body that stalls runs into the idle timeout`() async throws {
        let url = try await SharedHTTPServer.url + "/stall"
        let error = await client.failure(
            HTTPClientRequest(
                url: url, firstByteTimeout: .seconds(60), idleTimeout: .milliseconds(60), totalTimeout: .seconds(60)))
        #expect(error?.code == .idleTimeout)
    }

    @Test(arguments: ["/silent", "/stall"])
    func `The total timeout ends what the others allow`(path: String) async throws {
        let url = try await SharedHTTPServer.url + path
        #expect(
            await client.failure(HTTPClientRequest(url: url, totalTimeout: .milliseconds(60)))?.code == .totalTimeout)
    }

    @Test func `A connection that is not accepted runs into the connect timeout`() async throws {
        // A listener with a full queue: the kernel answers no further handshake.
        let listener = try FullListener()
        let error = await client.failure(
            HTTPClientRequest(url: "http://127.0.0.1:\(listener.port)/", connectTimeout: .milliseconds(60)))
        #expect(error?.code == .connectTimeout)
        #expect(error?.requestMayHaveBeenSent == false)
    }

    @Test func `Cancelling the task ends a waiting request at both ends`() async throws {
        let server = try await PythonServer.start("http_server.py")
        let observer = HTTPClient()
        let task = Task { await client.failure(server.url + "/silent") }
        #expect(try await eventually { try await observer.stats(server).holding == 1 })
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        #expect(try await eventually { try await observer.stats(server).gone == 1 })
    }

    @Test func `Cancelling the task ends a stalled body at both ends`() async throws {
        let server = try await PythonServer.start("http_server.py")
        let observer = HTTPClient()
        let received = Mutex(0)
        let task = Task { () -> HTTPClientError? in
            do throws(HTTPClientError) {
                let response = try await client.send(HTTPClientRequest(url: server.url + "/stall"))
                for try await chunk in response.body { received.withLock { $0 += chunk.count } }
                return nil
            } catch {
                return error
            }
        }
        #expect(await eventually { received.withLock { $0 == 5 } })
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        #expect(try await eventually { try await observer.stats(server).gone == 1 })
    }

    @Test func `Dropping a body ends the transfer`() async throws {
        let server = try await PythonServer.start("http_server.py")
        let observer = HTTPClient()
        var response: HTTPClientResponse? = try await client.send(HTTPClientRequest(url: server.url + "/stall"))
        #expect(response?.status == 200)
        response = nil
        #expect(try await eventually { try await observer.stats(server).gone == 1 })
    }

    @Test func `A request cancelled before it starts is not sent`() async throws {
        let server = try await PythonServer.start("http_server.py")
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await client.failure(server.url + "/silent")
        }
        task.cancel()
        #expect(await task.value?.code == .cancelled)
    }

    @Test func `A second reader of a body gets an error and the first goes on`() async throws {
        let response = try await client.send(
            HTTPClientRequest(url: try await SharedHTTPServer.url + "/stall", totalTimeout: .milliseconds(500)))
        let body = response.body
        let codes = await withTaskGroup(of: HTTPClientError.Code?.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    do throws(HTTPClientError) {
                        for try await _ in body {}
                        return nil
                    } catch {
                        return error.code
                    }
                }
            }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(codes == [.misuse, .totalTimeout])
    }
}
