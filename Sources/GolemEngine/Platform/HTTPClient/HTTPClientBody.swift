// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// The body of an answer as a sequence of chunks, read by one task.
///
/// At most about 256 KiB wait here: then the transfer pauses until they are read. Dropping the body unread, or cancelling
/// the reading task, ends the transfer.
package struct HTTPClientBody: AsyncSequence, Sendable {
    /// A piece of the body; never empty.
    package typealias Element = [UInt8]
    /// Breaks of the transfer.
    package typealias Failure = HTTPClientError

    private let token: Token

    init(exchange: HTTPClientExchange) { token = Token(exchange: exchange) }

    /// Ends the transfer; a reader gets `cancelled`.
    package func cancel() { token.exchange.cancel() }

    /// Says that what the request's `progressTimeout` waits for has come; from now on the idle timeout counts.
    package func noteProgress() { token.exchange.noteProgress() }

    /// Gives the rest of the body up, but lets a short rest arrive, so that the connection can be used again.
    ///
    /// For streams that mark their end themselves: at most 64 KiB and one second. A reader sees the end.
    package func finish() { token.exchange.drain() }

    /// Bytes that arrived and wait for the reader.
    package var bufferedCount: Int { token.exchange.bufferedCount }

    /// Whether the transfer pauses until the reader has caught up.
    package var isPaused: Bool { token.exchange.isPaused }

    /// Starts reading.
    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(token: token) }

    /// Reads chunk after chunk.
    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let token: Token

        /// The next chunk; nil at the end.
        ///
        /// Throws what breaks the transfer, `cancelled` when the task is cancelled.
        package mutating func next() async throws(HTTPClientError) -> [UInt8]? { try await token.exchange.nextChunk() }

        /// The next chunk; nil at the end.
        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(HTTPClientError) -> [UInt8]? { try await token.exchange.nextChunk() }
    }

    /// Ends the transfer when nobody can read it any more.
    fileprivate final class Token: Sendable {
        let exchange: HTTPClientExchange

        init(exchange: HTTPClientExchange) { self.exchange = exchange }

        deinit { exchange.cancel() }
    }
}
