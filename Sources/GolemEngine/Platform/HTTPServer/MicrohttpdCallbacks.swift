// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CMicrohttpd
import Glibc

// The functions that libmicrohttpd calls, all on its one thread. They are written at top level: a closure could
// inherit an actor from where it stands, and die when it is called elsewhere.
//
// Contexts: the daemon's is an `HTTPServerCore`, retained by `MicrohttpdServer` while the daemon exists; the socket's is an
// `HTTPConnection`, retained from start to close; the request's is an `HTTPExchange`, retained from head to completion.

/// Connection started or closed.
func connectionCallback(
    _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?,
    _ socket: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_ConnectionNotificationCode
) {
    guard let core = core(context), let handle, let socket else { return }
    switch code {
    case .CONNECTION_NOTIFY_STARTED:
        socket.pointee = Unmanaged.passRetained(core.connectionStarted(handle)).toOpaque()
    case .CONNECTION_NOTIFY_CLOSED:
        guard let pointer = socket.pointee else { return }
        socket.pointee = nil
        core.connectionClosed(Unmanaged<HTTPConnection>.fromOpaque(pointer).takeRetainedValue())
    }
}

/// The request line is complete; called with the target as it was received.
///
/// The result becomes the request's context.
func targetCallback(
    _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ handle: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let core = core(context), let target, let connection = connection(handle) else { return nil }
    core.targetReceived(bytes(target), on: connection)
    return nil
}

/// Leaves escapes alone: the target is decoded by `RequestTarget`, which knows what to refuse.
func unescapeCallback(
    _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?, _ text: UnsafeMutablePointer<CChar>?
) -> Int {
    text.map { strlen($0) } ?? 0
}

/// Head complete, piece of body, body complete, or resumed.
func accessCallback(
    _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?, _ url: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
    _ uploadSize: UnsafeMutablePointer<Int>?, _ request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let core = core(context), let handle, let request, let uploadSize else { return .NO }
    guard let pointer = request.pointee else {
        guard let url, let method, let version, let connection = connection(handle) else { return .NO }
        let reader = RequestHeadReader(url: url, method: method, version: version, target: connection.target)
        guard let exchange = core.headReceived(reader.read(handle), handle, connection) else { return .NO }
        request.pointee = Unmanaged.passRetained(exchange).toOpaque()
        return .YES
    }
    let exchange = Unmanaged<HTTPExchange>.fromOpaque(pointer).takeUnretainedValue()
    guard uploadSize.pointee > 0 else { return core.advance(exchange) }
    let piece = UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee)
    uploadSize.pointee = 0
    return core.bodyReceived(piece, exchange)
}

/// The request is over.
///
/// Also comes, without a context, for a request that never got past its head.
func completedCallback(
    _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?,
    _ request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_RequestTerminationCode
) {
    guard let core = core(context) else { return }
    if let pointer = request?.pointee {
        request?.pointee = nil
        core.completed(Unmanaged<HTTPExchange>.fromOpaque(pointer).takeRetainedValue(), code)
    }
    if let connection = connection(handle) { core.requestEnded(on: connection) }
}

/// Bytes of a body are wanted.
func contentReaderCallback(
    _ context: UnsafeMutableRawPointer?, _ position: UInt64, _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int
) -> Int {
    guard let context, let buffer else { return cmhd_end_with_error() }
    let source = Unmanaged<ResponseSource>.fromOpaque(context).takeUnretainedValue()
    return source.read(at: position, into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
}

/// The response is gone.
func contentReleaseCallback(_ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<ResponseSource>.fromOpaque(context).release()
}

/// One header field of a request.
func fieldCallback(
    _ context: UnsafeMutableRawPointer?, _ kind: MHD_ValueKind, _ name: UnsafePointer<CChar>?, _ nameSize: Int,
    _ value: UnsafePointer<CChar>?, _ valueSize: Int
) -> MHD_Result {
    guard let context, let name else { return .YES }
    context.assumingMemoryBound(to: RequestHeadReader.self).pointee.add(
        UnsafeBufferPointer(start: name, count: nameSize), UnsafeBufferPointer(start: value, count: valueSize))
    return .YES
}

private func core(_ context: UnsafeMutableRawPointer?) -> HTTPServerCore? {
    context.map { Unmanaged<HTTPServerCore>.fromOpaque($0).takeUnretainedValue() }
}

private func connection(_ handle: OpaquePointer?) -> HTTPConnection? {
    guard let handle, let pointer = cmhd_socket_context(handle) else { return nil }
    return Unmanaged<HTTPConnection>.fromOpaque(pointer).takeUnretainedValue()
}

private func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
    UnsafeRawBufferPointer(start: text, count: strlen(text)).map { $0 }
}
