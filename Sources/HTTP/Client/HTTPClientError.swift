/// Why a request has no answer.
package struct HTTPClientError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable {
        /// Nothing was sent: a target or header field holds what would end it early.
        case invalidRequest
        /// Nothing was sent: no connection could be made.
        case cannotConnect
        /// Too many requests already wait for a connection.
        case queueFull
        case timedOut
        /// The connection ended before the answer did; whether the request had an effect is unknown.
        case connectionLost
        /// The answer is not valid HTTP, or larger than allowed.
        case badAnswer
        /// The client was closed.
        case closed
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    static let clientClosed = HTTPClientError(.closed, "the client was closed")

    package var description: String { message }
}
