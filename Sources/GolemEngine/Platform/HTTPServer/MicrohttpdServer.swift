// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CMicrohttpd
import Dispatch
import Glibc
import Synchronization

/// An HTTP/1.1 server on libmicrohttpd: one event loop for all connections, one task per running request.
///
/// A request waits for its handler with its connection suspended: it costs memory, but no thread, and no time-out
/// applies. What libmicrohttpd accepts although it should not, `RequestHead` refuses; what it has no time-outs for,
/// `ConnectionTable` watches. A few errors it answers itself, before any callback, with its own HTML page and a close:
/// a head beyond twice `maxHeaderBytes`, a line without a colon, a malformed `Content-Length` or chunk, another version.
///
/// A started server lives until `stop` was called, even if nobody refers to it.
package final class MicrohttpdServer: HTTPServer {
    /// `@unchecked Sendable`: the daemon is only used on the loop's thread.
    private struct Daemon: @unchecked Sendable {
        let handle: OpaquePointer
        let core: Unmanaged<HTTPServerCore>
        let driver: MicrohttpdDriver
    }

    private enum State {
        case new
        case running(Daemon)
        case stopping([CheckedContinuation<Void, Never>])
        case stopped
    }

    private let host: String
    private let port: Int
    private let core: HTTPServerCore
    private let loop: EventLoop
    private let ownsLoop: Bool
    private let state = Mutex(State.new)

    /// Makes a server for `host` (an address, `localhost` or a name) and `port` (0 for any); `refusal` words what
    /// the server answers itself: its `Connection` is always `close`, and its body must be bytes.
    ///
    /// With a `loop` everything happens on its thread, handlers included, which then must not block; without one the
    /// server makes its own, and handlers run on the global executor.
    package init(
        host: String, port: Int, loop: EventLoop? = nil, limits: HTTPServerLimits = HTTPServerLimits(),
        refusal: @escaping @Sendable (HTTPRefusal) -> HTTPServerResponse, handler: any HTTPRequestHandler
    ) {
        self.host = host
        self.port = port
        self.loop = loop ?? EventLoop(name: "http-server")
        ownsLoop = loop == nil
        let table = ConnectionTable(
            queue: DispatchQueue(label: "http-server"), limits: limits
        ) { connection, phase in HTTPServerCore.expired(connection, phase, refusal) }
        core = HTTPServerCore(
            limits: limits, table: table, refusal: refusal, handler: handler, loop: self.loop, handlerExecutor: loop)
    }

    package func start() throws(HTTPServerError) -> Int {
        let isNew = state.withLock { state in
            guard case .new = state else { return false }
            // Until the daemon runs, a second start or a stop finds nothing to do.
            state = .stopped
            return true
        }
        let address = "\(host):\(port)"
        guard isNew else { throw HTTPServerError(.alreadyStarted, address: address) }
        do throws(HTTPServerError) {
            let (descriptor, boundPort) = try ListeningSocket.open(host: host, port: port)
            let context = Unmanaged.passRetained(core)
            guard let handle = startDaemon(descriptor, context.toOpaque()) else {
                let code = errno
                context.release()
                close(descriptor)
                throw HTTPServerError(call: "MHD_start_daemon", errno: code, address: address)
            }
            guard loop.start() else {
                MHD_stop_daemon(handle)
                context.release()
                throw HTTPServerError(call: "pthread_create", errno: EAGAIN, address: address)
            }
            let daemon = Daemon(handle: handle, core: context, driver: MicrohttpdDriver(handle: handle, core: core))
            loop.execute { [loop] in daemon.driver.attach(to: loop) }
            state.withLock { $0 = .running(daemon) }
            return boundPort
        } catch {
            // The address may be free later.
            state.withLock { $0 = .new }
            throw error
        }
    }

    package func stop(graceful: Duration) async {
        let daemon = state.withLock { state -> Daemon? in
            guard case .running(let daemon) = state else { return nil }
            state = .stopping([])
            return daemon
        }
        guard let daemon else { return await waitUntilStopped() }

        core.isStopping.store(true, ordering: .releasing)
        await loop.run {
            let descriptor = MHD_quiesce_daemon(daemon.handle)
            if descriptor >= 0 { close(descriptor) }
        }
        core.table.cutIdle()
        await core.table.waitUntilEmpty(atMost: graceful)
        // From here on no connection is suspended, which libmicrohttpd insists on.
        core.abortAll()
        core.tasks.cancelAll()
        await loop.run { [loop] in
            // Closes all connections; all completions have been notified when it returns.
            daemon.driver.runOnce()
            loop.remove(daemon.driver)
            MHD_stop_daemon(daemon.handle)
            daemon.core.release()
        }
        await core.tasks.waitUntilEmpty()

        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard case .stopping(let waiters) = state else { return [] }
            state = .stopped
            return waiters
        }
        if ownsLoop { await loop.stop() }
        for waiter in waiters { waiter.resume() }
    }

    private func startDaemon(_ descriptor: Int32, _ context: UnsafeMutableRawPointer) -> OpaquePointer? {
        let limits = core.limits
        // Leave descriptors for everything else, and room for at least a few connections whatever the limit is.
        let descriptors = sysconf(Int32(_SC_OPEN_MAX))
        let connections = max(8, min(limits.maxConnections, descriptors - 64))
        // More than twice the allowed head, so that a head which is too large is usually still read and refused in our
        // words, with room for the list of fields. Beyond 32 KiB libmicrohttpd maps the memory of a connection and
        // unmaps it at its end; less would come from the heap, which kept 180 MB after 5,000 connections.
        let memory = max(36 * 1024, limits.maxHeaderBytes / 4 * 9)
        return cmhd_start(
            descriptor, UInt32(clamping: connections), memory, context, accessCallback, completedCallback,
            connectionCallback, targetCallback, unescapeCallback)
    }

    private func waitUntilStopped() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard case .stopping(let waiters) = state else { return true }
                state = .stopping(waiters + [continuation])
                return false
            }
            if isOver { continuation.resume() }
        }
    }
}
