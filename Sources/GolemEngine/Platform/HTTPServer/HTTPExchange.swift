// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CMicrohttpd
import Synchronization

/// One request and its response.
///
/// Owner: the request context of libmicrohttpd holds one reference, from the end of the head to the notification that
/// the request completed, which always comes; the handler's task holds another while it runs. The connection pointer
/// is valid between head and completion, and completion cannot come while the connection is suspended: that is why
/// every suspension is paid back by exactly one resumption, under `stage` or the stream's own lock.
///
/// `@unchecked Sendable`: `body` and `discarded` belong to libmicrohttpd's thread, `stage` is a mutex, the pointer is
/// only used by functions that libmicrohttpd allows from any thread (resume) or on its own.
final class HTTPExchange: @unchecked Sendable {
    private enum Stage {
        /// The body comes in.
        case receiving
        /// The handler works; the connection is suspended.
        case waiting
        /// The handler answered; libmicrohttpd was told to come and get it.
        case answered(HTTPServerResponse)
        case sending(HTTPResponseStream?)
        /// Refused or aborted: nothing more is sent.
        case over
    }

    /// What to do when the body is complete or the connection was resumed.
    enum Next {
        case ask
        case send(HTTPServerResponse)
        case close
    }

    private let core: HTTPServerCore
    let connection: HTTPConnection
    let handle: OpaquePointer
    /// Nil for a request whose head was refused.
    let head: RequestHead?
    var body: [UInt8] = []
    /// Bytes thrown away after a refusal.
    var discarded = 0
    private let stage: Mutex<Stage>

    init(core: HTTPServerCore, connection: HTTPConnection, handle: OpaquePointer, head: RequestHead?) {
        self.core = core
        self.connection = connection
        self.handle = handle
        self.head = head
        stage = Mutex(head == nil ? .over : .receiving)
    }

    var isHead: Bool { head?.method == "HEAD" }

    var isOver: Bool {
        stage.withLock { if case .over = $0 { true } else { false } }
    }

    // MARK: - On libmicrohttpd's thread

    func next() -> Next {
        stage.withLock { stage in
            switch stage {
            case .receiving: return .ask
            case .answered(let response):
                stage = .sending(nil)
                return .send(response)
            case .waiting, .sending, .over: return .close
            }
        }
    }

    /// Suspends the connection until `answer` or `abort`; false when the exchange is over already.
    func suspend() -> Bool {
        stage.withLock { stage in
            guard case .receiving = stage else { return false }
            MHD_suspend_connection(handle)
            stage = .waiting
            return true
        }
    }

    /// Remembers the stream that is being sent, for `abort`; false when the exchange is over already.
    func send(_ stream: HTTPResponseStream) -> Bool {
        stage.withLock { stage in
            guard case .sending = stage else { return false }
            stage = .sending(stream)
            return true
        }
    }

    func refuse() {
        stage.withLock { $0 = .over }
    }

    /// libmicrohttpd is done with the request, one way or the other.
    func complete(_ code: MHD_RequestTerminationCode) {
        let old = stage.withLock { stage in
            defer { stage = .over }
            return stage
        }
        switch old {
        case .sending(let stream): stream?.close(code == .REQUEST_TERMINATED_COMPLETED_OK ? .finished : .clientLeft)
        case .answered(let response): Self.drop(response, .clientLeft)
        case .receiving, .waiting, .over: break
        }
    }

    // MARK: - On any thread

    /// Hands over the handler's response.
    func answer(_ response: HTTPServerResponse) {
        let isTaken = stage.withLock { stage in
            guard case .waiting = stage else { return false }
            stage = .answered(response)
            core.resume(handle)
            return true
        }
        if !isTaken { Self.drop(response, .serverStopping) }
    }

    /// Ends the exchange because the server stops.
    ///
    /// A client whose handler still works gets `message` as its answer: libmicrohttpd keeps its hands off a
    /// suspended connection, so the socket is ours until it is resumed.
    func abort(_ message: [UInt8]) {
        let old = stage.withLock { stage in
            defer { stage = .over }
            if case .waiting = stage {
                connection.sendLast(message)
                core.resume(handle)
            }
            return stage
        }
        switch old {
        case .answered(let response): Self.drop(response, .serverStopping)
        case .sending(let stream): stream?.close(.serverStopping)
        case .receiving, .waiting, .over: break
        }
    }

    private static func drop(_ response: HTTPServerResponse, _ reason: HTTPStreamClosed.Reason) {
        if case .stream(let stream) = response.body { stream.close(reason) }
    }
}
