// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CCurl
import CLinux
import Glibc

/// The thread that owns libcurl's multi handle and all easy handles; nothing in here is touched from elsewhere.
///
/// It waits with epoll and hands ready sockets to `curl_multi_socket_action`, whose cost depends on the sockets that are
/// ready, not on those that wait: five thousand waiting transfers cost nothing.
final class CurlLoop {
    /// What a client can be told at its birth.
    struct Configuration: Sendable {
        var certificateFile: String?
        var maxIdleConnections: Int
    }

    /// So many transfers may be at name lookup at once: libcurl runs one thread for each.
    private static let maxLookups = 32
    /// How exact deadlines are, so that looking through all transfers stays rare.
    private static let deadlineGrain: Int64 = 5_000_000

    let configuration: Configuration
    private let mailbox: CurlMailbox
    private let epoll: Int32
    private var multi: UnsafeMutableRawPointer?
    private var libraryFailure: String?
    private var transfers: [UInt64: CurlTransfer] = [:]
    private var waitingForLookup: [CurlTransfer] = []
    private var lookups = 0
    private var readers: [HTTPClientExchange] = []
    private var curlDeadline: Int64?
    private var nextDeadline: Int64?

    private init(mailbox: CurlMailbox, configuration: Configuration) {
        self.mailbox = mailbox
        self.configuration = configuration
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    }

    deinit { if epoll >= 0 { close(epoll) } }

    /// Starts the thread with all signals blocked; nil when the system refuses.
    static func startThread(mailbox: CurlMailbox, configuration: Configuration) -> pthread_t? {
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let start = Unmanaged.passRetained(StartArguments(mailbox: mailbox, configuration: configuration))
        var thread = pthread_t()
        guard pthread_create(&thread, nil, curlLoopThread, start.toOpaque()) == 0 else {
            start.release()
            return nil
        }
        return thread
    }

    /// What the new thread needs.
    final class StartArguments: Sendable {
        let mailbox: CurlMailbox
        let configuration: Configuration

        init(mailbox: CurlMailbox, configuration: Configuration) {
            self.mailbox = mailbox
            self.configuration = configuration
        }
    }

    /// The body of the thread.
    static func run(_ arguments: StartArguments) {
        let loop = CurlLoop(mailbox: arguments.mailbox, configuration: arguments.configuration)
        loop.open()
        loop.run()
        loop.shutDown()
    }

    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    // MARK: life

    private func open() {
        if let failure = ccurl_load() {
            libraryFailure = String(cString: failure)
        } else if epoll < 0 || mailbox.wakeDescriptor < 0 {
            libraryFailure = "the HTTP client has no file descriptors left"
        } else {
            multi = ccurl_multi_init()
        }
        watch(mailbox.wakeDescriptor, events: EPOLLIN.rawValue)
        guard let multi else { return }
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_multi_set_socket_callback(multi, curlSocketChanged, context)
        ccurl_multi_set_timer_callback(multi, curlTimerChanged, context)
        // By default the pool grows to four times the transfers: 5,000 turns would leave thousands of sockets open.
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, configuration.maxIdleConnections)
    }

    private func run() {
        var events = [epoll_event](repeating: epoll_event(), count: 256)
        while true {
            let count = epoll_wait(epoll, &events, Int32(events.count), millisecondsToWait())
            var hasMail = false
            for event in events.prefix(Int(max(count, 0))) {
                if event.data.fd == mailbox.wakeDescriptor { hasMail = true } else { act(on: event) }
            }
            if hasMail {
                let (commands, isStopping) = mailbox.take()
                for command in commands { carryOut(command) }
                if isStopping { return }
            }
            let now = CurlLoop.now()
            if let deadline = curlDeadline, deadline <= now {
                curlDeadline = nil
                ccurl_multi_socket_action(multi, CURL_SOCKET_BAD, 0)
            }
            collectFinished()
            expire(now)
            startWaiting()
            wakeReaders()
        }
    }

    private func shutDown() {
        let (commands, _) = mailbox.take()
        for case .start(_, let exchange) in commands {
            exchange.finish(.failure(HTTPClient.shutDownError))
            readers.append(exchange)
        }
        for transfer in transfers.values {
            transfer.exchange.finish(.failure(HTTPClient.shutDownError))
            readers.append(transfer.exchange)
            release(transfer)
        }
        transfers = [:]
        waitingForLookup = []
        if let multi { ccurl_multi_cleanup(multi) }
        multi = nil
        wakeReaders()
    }

    private func millisecondsToWait() -> Int32 {
        guard let deadline = [curlDeadline, nextDeadline].compactMap({ $0 }).min() else { return -1 }
        let left = deadline - CurlLoop.now()
        return left <= 0 ? 0 : Int32(min((left + 999_999) / 1_000_000, 60_000))
    }

    // MARK: commands

    private func carryOut(_ command: CurlMailbox.Command) {
        switch command {
        case .start(let request, let exchange): start(request, exchange)
        case .cancel(let id):
            guard let transfer = transfers.removeValue(forKey: id) else { return }
            release(transfer)
        case .resume(let id):
            guard let transfer = transfers[id], let easy = transfer.easy else { return }
            transfer.noteResumed(now: CurlLoop.now())
            scheduleDeadline(of: transfer)
            ccurl_easy_resume(easy)
        case .progress(let id):
            guard let transfer = transfers[id] else { return }
            transfer.noteProgress(now: CurlLoop.now())
            scheduleDeadline(of: transfer)
        case .drain(let id):
            guard let transfer = transfers[id], let easy = transfer.easy else { return }
            let wasPaused = transfer.beginDraining(now: CurlLoop.now())
            scheduleDeadline(of: transfer)
            if wasPaused { ccurl_easy_resume(easy) }
        }
    }

    private func start(_ request: HTTPClientRequest, _ exchange: HTTPClientExchange) {
        guard multi != nil else {
            exchange.finish(
                .failure(
                    HTTPClientError(
                        .libraryMissing, libraryFailure ?? "libcurl cannot be used", isRetryable: false,
                        requestMayHaveBeenSent: false)))
            readers.append(exchange)
            return
        }
        let transfer = CurlTransfer(loop: self, request: request, exchange: exchange, now: CurlLoop.now())
        transfers[exchange.id] = transfer
        scheduleDeadline(of: transfer)
        begin(transfer)
    }

    /// Starts a leg of the transfer (the first one, or one after a redirect), or lets it wait for its turn at lookup.
    private func begin(_ transfer: CurlTransfer) {
        if let error = transfer.prepare() { return end(transfer, .failure(error)) }
        if transfer.needsLookup, lookups >= CurlLoop.maxLookups { return waitingForLookup.append(transfer) }
        add(transfer)
    }

    private func add(_ transfer: CurlTransfer) {
        if transfer.needsLookup {
            lookups += 1
            transfer.isAtLookup = true
        }
        guard let multi, let easy = transfer.easy, ccurl_multi_add(multi, easy) == CURLM_OK else {
            return end(transfer, .failure(transfer.error(.resources, "libcurl has no memory", isRetryable: true)))
        }
        transfer.isAdded = true
    }

    private func startWaiting() {
        guard !waitingForLookup.isEmpty, lookups < CurlLoop.maxLookups else { return }
        let ready = waitingForLookup.prefix(CurlLoop.maxLookups - lookups)
        waitingForLookup.removeFirst(ready.count)
        for transfer in ready where transfers[transfer.exchange.id] === transfer { add(transfer) }
    }

    // MARK: what libcurl reports

    private func act(on event: epoll_event) {
        var mask: Int32 = 0
        if event.events & EPOLLIN.rawValue != 0 { mask |= CURL_CSELECT_IN }
        if event.events & EPOLLOUT.rawValue != 0 { mask |= CURL_CSELECT_OUT }
        if event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { mask |= CURL_CSELECT_ERR }
        ccurl_multi_socket_action(multi, event.data.fd, mask)
    }

    func socketChanged(_ socket: Int32, what: Int32) {
        switch what {
        case CURL_POLL_IN: watch(socket, events: EPOLLIN.rawValue)
        case CURL_POLL_OUT: watch(socket, events: EPOLLOUT.rawValue)
        case CURL_POLL_INOUT: watch(socket, events: EPOLLIN.rawValue | EPOLLOUT.rawValue)
        default: epoll_ctl(epoll, EPOLL_CTL_DEL, socket, nil)
        }
    }

    func timerChanged(milliseconds: Int) {
        curlDeadline = milliseconds < 0 ? nil : CurlLoop.now() + Int64(milliseconds) * 1_000_000
    }

    func noteReadable(_ exchange: HTTPClientExchange) { readers.append(exchange) }

    func lookupEnded(_ transfer: CurlTransfer) {
        guard transfer.isAtLookup else { return }
        transfer.isAtLookup = false
        lookups -= 1
    }

    /// Makes sure that the thread wakes up in time for the transfer's deadline.
    func scheduleDeadline(of transfer: CurlTransfer) {
        guard let deadline = transfer.deadline else { return }
        nextDeadline = min(nextDeadline ?? deadline, deadline)
    }

    private func watch(_ descriptor: Int32, events: UInt32) {
        var event = epoll_event()
        event.events = events
        event.data.fd = descriptor
        if epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) != 0, errno == ENOENT {
            epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
        }
    }

    private func collectFinished() {
        guard let multi else { return }
        var code = CURLE_OK
        while let easy = ccurl_multi_next_done(multi, &code) {
            guard let context = ccurl_info_string(easy, CURLINFO_PRIVATE) else { continue }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(UnsafeRawPointer(context)).takeUnretainedValue()
            lookupEnded(transfer)
            if transfer.isAdded {
                ccurl_multi_remove(multi, easy)
                transfer.isAdded = false
            }
            switch transfer.conclude(code) {
            case .finished(let outcome): end(transfer, outcome)
            case .redirected:
                transfer.noteRedirected(now: CurlLoop.now())
                scheduleDeadline(of: transfer)
                begin(transfer)
            }
        }
    }

    private func expire(_ now: Int64) {
        guard let next = nextDeadline, next <= now else { return }
        var soonest: Int64?
        var expired: [CurlTransfer] = []
        for transfer in transfers.values {
            transfer.giveReaderTime(now: now)
            guard let deadline = transfer.deadline else { continue }
            if deadline <= now { expired.append(transfer) } else { soonest = min(soonest ?? deadline, deadline) }
        }
        nextDeadline = soonest.map { max($0, now + CurlLoop.deadlineGrain) }
        for transfer in expired { end(transfer, .failure(transfer.timeoutError(now: now))) }
    }

    private func end(_ transfer: CurlTransfer, _ outcome: Result<Void, HTTPClientError>) {
        transfers.removeValue(forKey: transfer.exchange.id)
        transfer.exchange.finish(outcome)
        readers.append(transfer.exchange)
        release(transfer)
    }

    private func release(_ transfer: CurlTransfer) {
        lookupEnded(transfer)
        if transfer.isAdded, let multi, let easy = transfer.easy { ccurl_multi_remove(multi, easy) }
        transfer.isAdded = false
        transfer.free()
    }

    private func wakeReaders() {
        for reader in readers { reader.wakeReader() }
        readers.removeAll(keepingCapacity: readers.count <= 1024)
    }
}
