// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import CMicrohttpd
import Synchronization

extension HTTPServerCore {
    /// Up to here a body is copied and sent whole; a larger one is pulled, so that a slow reader shows progress.
    private static let copyLimit = 64 * 1024

    /// Queues the handler's response.
    func send(_ response: HTTPServerResponse, _ exchange: HTTPExchange) -> MHD_Result {
        var response = response
        if case .stream(let stream) = response.body, !stream.attach() {
            // A stream that another response reads already: the handler's mistake.
            response = HTTPServerResponse(status: 500)
        }
        if !(200...599).contains(response.status) { response.status = 500 }
        let deadline = MonotonicTime.after(limits.writeTimeout)
        guard enter(.sending, until: deadline, exchange.connection),
            let message = makeMessage(response, exchange)
        else {
            if case .stream(let stream) = response.body { stream.close(.clientLeft) }
            return .NO
        }
        // The connection takes a reference of its own.
        defer { MHD_destroy_response(message) }
        for field in response.headers.fields where ResponseFields.isAllowed(field) {
            MHD_add_response_header(message, field.name, field.value)
        }
        if ResponseFields.asksToClose(response.headers) || isStopping.load(ordering: .acquiring) {
            MHD_add_response_header(message, "Connection", "close")
        }
        let result = MHD_queue_response(exchange.handle, UInt32(response.status), message)
        if case .stream(let stream) = response.body, exchange.isHead { stream.close(.notSent) }
        return result
    }

    private func makeMessage(_ response: HTTPServerResponse, _ exchange: HTTPExchange) -> OpaquePointer? {
        let hasNoBody = response.status == 204 || response.status == 304
        switch response.body {
        case .bytes(let bytes):
            if hasNoBody { return Self.copied([]) }
            if bytes.count <= Self.copyLimit { return Self.copied(bytes) }
            return pulled(.bytes(bytes), size: UInt64(bytes.count), exchange)
        case .stream(let stream):
            guard exchange.send(stream) else { return nil }
            if hasNoBody {
                stream.close(.notSent)
                return Self.copied([])
            }
            // MHD_SIZE_UNKNOWN: chunked, or until the connection closes for HTTP/1.0.
            let message = pulled(.stream(stream), size: UInt64.max, exchange)
            // libmicrohttpd 0.9.75 ends even the chunks that it does not send, which is a body after all.
            if exchange.isHead, let message { cmhd_without_chunks(message) }
            return message
        }
    }

    private static func copied(_ bytes: [UInt8]) -> OpaquePointer? {
        bytes.withUnsafeBytes { bytes in
            // The library only reads it: the pointer is not const because other modes free it.
            MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
    }

    private func pulled(_ content: ResponseSource.Content, size: UInt64, _ exchange: HTTPExchange) -> OpaquePointer? {
        let source = ResponseSource(content: content, exchange: exchange, core: self)
        let context = Unmanaged.passRetained(source)
        // 16 KiB at a time for a known size; chunks are written into the connection's own memory.
        let block = size == UInt64.max ? 4096 : 16 * 1024
        let message = MHD_create_response_from_callback(
            size, block, contentReaderCallback, context.toOpaque(), contentReleaseCallback)
        // The release callback only comes for a response that exists.
        if message == nil { context.release() }
        return message
    }
}

/// Where libmicrohttpd pulls a body from.
///
/// Owner: the response of libmicrohttpd holds one reference, until its release callback.
final class ResponseSource: Sendable {
    enum Content {
        case bytes([UInt8])
        case stream(HTTPResponseStream)
    }

    private let content: Content
    private let exchange: HTTPExchange
    private let core: HTTPServerCore

    init(content: Content, exchange: HTTPExchange, core: HTTPServerCore) {
        self.content = content
        self.exchange = exchange
        self.core = core
    }

    /// Fills the buffer from `position`, or parks the connection.
    ///
    /// Every call is progress: the client took the last piece.
    func read(at position: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let connection = exchange.connection
        guard core.enter(.sending, until: MonotonicTime.after(core.limits.writeTimeout), connection) else {
            return cmhd_end_with_error()
        }
        switch content {
        case .bytes(let bytes):
            guard position < bytes.count else { return cmhd_end_of_stream() }
            let rest = bytes[Int(position)...].prefix(buffer.count)
            buffer.copyBytes(from: rest)
            return rest.count
        case .stream(let stream):
            return read(stream, into: buffer)
        }
    }

    private func read(_ stream: HTTPResponseStream, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        // The first write to a client that is gone would otherwise succeed and only the second fail.
        if exchange.connection.hasEnded {
            stream.close(.clientLeft)
            return cmhd_end_with_error()
        }
        let exchange = exchange
        let core = core
        let piece = stream.read(into: buffer) {
            core.enter(.busy, until: MonotonicTime.never, exchange.connection)
            MHD_suspend_connection(exchange.handle)
        } wake: {
            core.resume(exchange.handle)
        }
        switch piece {
        case .bytes(let count): return count
        case .parked: return 0
        case .end: return cmhd_end_of_stream()
        case .broken: return cmhd_end_with_error()
        }
    }
}
