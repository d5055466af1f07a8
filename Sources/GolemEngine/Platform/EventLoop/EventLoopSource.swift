// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// Something that an event loop drives, for example a C library; all functions are called on the loop's thread.
package protocol EventLoopSource: AnyObject {
    /// When `turn` must be called at the latest (nanoseconds, `EventLoop.now`); nil for no such time.
    var deadline: Int64? { get }

    /// A watched descriptor is ready; `events` are epoll's.
    func ready(_ descriptor: Int32, events: UInt32)

    /// Called after each round of work, before the loop sleeps.
    func turn(now: Int64)

    /// The loop ends; nothing is called afterwards.
    func loopStops()
}
