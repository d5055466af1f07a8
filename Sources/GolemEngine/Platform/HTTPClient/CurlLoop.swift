// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CCurl
import CLinux
import Glibc

/// What owns libcurl's multi handle and all easy handles, on the thread of an event loop; nothing in here is touched from
/// elsewhere.
///
/// Ready sockets go to `curl_multi_socket_action`, whose cost depends on the sockets that are ready, not on those that
/// wait: five thousand waiting transfers cost nothing.
final class CurlLoop: EventLoopSource {
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
    /// Not owned: the loop owns this.
    private unowned let loop: EventLoop
    private var multi: UnsafeMutableRawPointer?
    private var libraryFailure: String?
    private var transfers: [UInt64: CurlTransfer] = [:]
    private var waitingForLookup: [CurlTransfer] = []
    private var lookups = 0
    private var readers: [HTTPClientExchange] = []
    private var curlDeadline: Int64?
    private var nextDeadline: Int64?
    private var isOver = false

    /// Makes the driver of one client and gives it to `loop`; on the loop's thread.
    static func attach(to loop: EventLoop, mailbox: CurlMailbox, configuration: Configuration) {
        let driver = CurlLoop(loop: loop, mailbox: mailbox, configuration: configuration)
        driver.open()
        loop.add(driver)
    }

    private init(loop: EventLoop, mailbox: CurlMailbox, configuration: Configuration) {
        self.loop = loop
        self.mailbox = mailbox
        self.configuration = configuration
    }

    static func now() -> Int64 { EventLoop.now() }

    // MARK: life

    private func open() {
        if let failure = ccurl_load() {
            libraryFailure = String(cString: failure)
        } else {
            multi = ccurl_multi_init()
        }
        guard let multi else { return }
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_multi_set_socket_callback(multi, curlSocketChanged, context)
        ccurl_multi_set_timer_callback(multi, curlTimerChanged, context)
        // By default the pool grows to four times the transfers: 5,000 turns would leave thousands of sockets open.
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, configuration.maxIdleConnections)
    }

    var deadline: Int64? {
        guard let curlDeadline, let nextDeadline else { return curlDeadline ?? nextDeadline }
        return min(curlDeadline, nextDeadline)
    }

    func ready(_ descriptor: Int32, events: UInt32) {
        var mask: Int32 = 0
        if events & EPOLLIN.rawValue != 0 { mask |= CURL_CSELECT_IN }
        if events & EPOLLOUT.rawValue != 0 { mask |= CURL_CSELECT_OUT }
        if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { mask |= CURL_CSELECT_ERR }
        ccurl_multi_socket_action(multi, descriptor, mask)
    }

    func turn(now: Int64) {
        var now = now
        let (commands, isStopping) = mailbox.take()
        for command in commands { carryOut(command) }
        // What was just begun is due at once, and not in the next round.
        if !commands.isEmpty { now = CurlLoop.now() }
        if isStopping {
            loopStops()
            loop.remove(self)
            return
        }
        if let deadline = curlDeadline, deadline <= now {
            curlDeadline = nil
            ccurl_multi_socket_action(multi, CURL_SOCKET_BAD, 0)
        }
        collectFinished()
        expire(now)
        startWaiting()
        wakeReaders()
    }

    func loopStops() {
        guard !isOver else { return }
        isOver = true
        mailbox.stop()
        shutDown()
        mailbox.noteClosed()
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
        // It may have been cancelled before it came here, and then nobody would end it.
        guard !exchange.isOver else { return }
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

    func socketChanged(_ socket: Int32, what: Int32) {
        switch what {
        case CURL_POLL_IN: loop.watch(socket, events: EPOLLIN.rawValue, for: self)
        case CURL_POLL_OUT: loop.watch(socket, events: EPOLLOUT.rawValue, for: self)
        case CURL_POLL_INOUT: loop.watch(socket, events: EPOLLIN.rawValue | EPOLLOUT.rawValue, for: self)
        default: loop.unwatch(socket)
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
