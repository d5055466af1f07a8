// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CMicrohttpd
import Glibc

/// Runs a daemon of libmicrohttpd on an event loop.
///
/// Guard of the unchecked conformance: only used on the loop's thread.
final class MicrohttpdDriver: EventLoopSource, @unchecked Sendable {
    private let handle: OpaquePointer
    private let core: HTTPServerCore
    private let descriptor: Int32
    private var hasMore = true

    init(handle: OpaquePointer, core: HTTPServerCore) {
        self.handle = handle
        self.core = core
        descriptor = cmhd_epoll_descriptor(handle)
    }

    /// Begins to serve.
    func attach(to loop: EventLoop) {
        loop.add(self)
        loop.watch(descriptor, events: EPOLLIN.rawValue, for: self)
    }

    /// One round: accepts, reads, answers.
    func runOnce() {
        MHD_run(handle)
        hasMore = cmhd_has_more(handle) != 0
    }

    /// Work that is left over is done in the next round of the loop, so that others have their turn.
    var deadline: Int64? { hasMore ? 0 : nil }

    func ready(_ descriptor: Int32, events: UInt32) { hasMore = true }

    func turn(now: Int64) { if core.takeResumed() || hasMore { runOnce() } }

    func loopStops() {}
}
