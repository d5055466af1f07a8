// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

// The functions libcurl calls, all on the event loop's thread. They are top-level functions because a closure written in an
// isolated context would check for its actor and trap on this thread.

import CCurl
import Glibc

func curlSocketChanged(
    _ easy: UnsafeMutableRawPointer?, _ socket: curl_socket_t, _ what: Int32, _ context: UnsafeMutableRawPointer?,
    _ socketContext: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context else { return 0 }
    Unmanaged<CurlLoop>.fromOpaque(context).takeUnretainedValue().socketChanged(socket, what: what)
    return 0
}

func curlTimerChanged(
    _ multi: UnsafeMutableRawPointer?, _ milliseconds: Int, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context else { return 0 }
    Unmanaged<CurlLoop>.fromOpaque(context).takeUnretainedValue().timerChanged(milliseconds: milliseconds)
    return 0
}

func curlReceiveHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return 0 }
    return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        .receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
}

func curlReceiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return 0 }
    return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        .receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
}

/// Called with each address before a socket is made for it.
func curlOpenSocket(
    _ context: UnsafeMutableRawPointer?, _ purpose: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let context, let address else { return CURL_SOCKET_BAD }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    var text = [CChar](repeating: 0, count: 64)
    let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0
    let socketAddress = (UnsafeMutableRawPointer(address) + offset).assumingMemoryBound(to: sockaddr.self)
    guard
        getnameinfo(socketAddress, address.pointee.addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
    else { return CURL_SOCKET_BAD }
    let numeric = text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    guard transfer.allowsConnection(to: numeric) else { return CURL_SOCKET_BAD }
    // Commands started by tools must not inherit connections.
    let type = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(address.pointee.family, type, address.pointee.protocol)
    if descriptor < 0 { transfer.noteSocketFailure(errno) }
    return descriptor
}

/// Called when a connection, new or kept, is about to carry the request.
func curlBeforeRequest(
    _ context: UnsafeMutableRawPointer?, _ peer: UnsafeMutablePointer<CChar>?, _ local: UnsafeMutablePointer<CChar>?,
    _ peerPort: Int32, _ localPort: Int32
) -> Int32 {
    guard let context else { return CURL_PREREQFUNC_ABORT }
    let address = peer.map { String(cString: $0) } ?? ""
    return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().allowsRequest(to: address)
        ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}
