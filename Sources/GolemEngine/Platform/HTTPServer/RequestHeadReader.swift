// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CMicrohttpd
import Glibc

/// Collects the head of a request from libmicrohttpd, and finds out whether it was written as it should be.
///
/// The library parses in place: the strings that it hands out lie in the bytes that came from the client, cut by NULs
/// where a line or a name ended. So the distance between the end of one value and the next name tells what was between
/// them: two bytes for CRLF, one for a bare LF, something else for a folded line (which is moved), a NUL inside a value
/// or stray blanks. Only addresses are compared, nothing is read. Checked against 0.9.75, the release of Debian 12;
/// for another release the check is off, and later ones refuse most of it themselves.
struct RequestHeadReader {
    private var head: RawRequestHead
    private let start: UInt
    /// Where the last part ended.
    private var end: UInt
    private let isLayoutKnown: Bool

    init(
        url: UnsafePointer<CChar>, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>, target: [UInt8]
    ) {
        head = RawRequestHead()
        head.method = String(cString: method)
        head.target = target
        head.version = String(cString: version)
        start = UInt(bitPattern: method)
        end = UInt(bitPattern: version) + UInt(strlen(version))
        isLayoutKnown = cmhd_head_layout_is_known() != 0
        expect(UInt(bitPattern: url), start + UInt(strlen(method)) + 1)
        expect(UInt(bitPattern: version), UInt(bitPattern: url) + UInt(target.count) + 1)
    }

    /// Reads the fields.
    consuming func read(_ handle: OpaquePointer) -> RawRequestHead {
        var reader = self
        withUnsafeMutablePointer(to: &reader) { pointer in
            _ = MHD_get_connection_values_n(handle, .HEADER_KIND, fieldCallback, pointer)
        }
        let size = cmhd_head_size(handle)
        reader.head.size = size
        // The last CRLF and the empty line.
        reader.expect(reader.start + UInt(size), reader.end + 4)
        return reader.head
    }

    mutating func add(_ name: UnsafeBufferPointer<CChar>, _ value: UnsafeBufferPointer<CChar>) {
        let nameStart = UInt(bitPattern: name.baseAddress)
        let valueStart = UInt(bitPattern: value.baseAddress)
        expect(nameStart, end + 2)
        if isLayoutKnown, valueStart <= nameStart + UInt(name.count) { head.isCanonical = false }
        end = valueStart + UInt(value.count)
        head.fields.append((Self.bytes(name), Self.bytes(value)))
    }

    private mutating func expect(_ address: UInt, _ expected: UInt) {
        if isLayoutKnown, address != expected { head.isCanonical = false }
    }

    private static func bytes(_ text: UnsafeBufferPointer<CChar>) -> [UInt8] {
        text.map { UInt8(bitPattern: $0) }
    }
}
