// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import Glibc

/// Why a server could not start.
package struct HTTPServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The causes that callers tell apart.
    package enum Kind: String, Sendable {
        /// Another process listens there.
        case addressInUse = "address_in_use"
        /// Ports below 1024 need a privilege.
        case permissionDenied = "permission_denied"
        /// The host is no address and no name that resolves, or is no address of this machine.
        case badHost = "bad_host"
        /// The port is not in 0...65535.
        case badPort = "bad_port"
        /// The server was started before.
        case alreadyStarted = "already_started"
        /// Anything else; see `errno`.
        case system = "system"
    }

    /// The cause.
    package let kind: Kind
    /// The address that was asked, `host:port`.
    package let address: String
    /// The call that failed, empty when none did.
    package let call: String
    /// What it left in `errno`, or 0.
    package let errno: Int32

    /// A stable name for programs.
    package var code: String { "http_server.\(kind.rawValue)" }
    /// Whether the same call may succeed later without a change.
    package var isRetryable: Bool { kind == .addressInUse || kind == .system }

    /// One sentence with the address and the next step.
    package var description: String {
        switch kind {
        case .addressInUse:
            return "cannot listen on \(address): another process uses this address; stop it or choose another port"
        case .permissionDenied:
            return "cannot listen on \(address): permission denied; ports below 1024 need a privilege"
        case .badHost:
            return "cannot listen on \(address): the host is not an address of this machine"
        case .badPort:
            return "cannot listen on \(address): a port is a number from 0 to 65535"
        case .alreadyStarted:
            return "cannot listen on \(address): the server was started before"
        case .system:
            return "cannot listen on \(address): \(call): \(String(cString: strerror(errno)))"
        }
    }

    init(_ kind: Kind, address: String, call: String = "", errno: Int32 = 0) {
        self.kind = kind
        self.address = address
        self.call = call
        self.errno = errno
    }

    init(call: String, errno: Int32, address: String) {
        let kind: Kind =
            switch errno {
            case EADDRINUSE: .addressInUse
            case EACCES, EPERM: .permissionDenied
            case EADDRNOTAVAIL, EAFNOSUPPORT: .badHost
            default: .system
            }
        self.init(kind, address: address, call: call, errno: errno)
    }
}
