/// One HTTP request as it goes out, once.
struct WireRequest: Sendable {
    enum Method: Sendable {
        case get
        case post
    }

    var method = Method.post
    var url: String
    /// Whole lines, `name: value`, without line ends. `Host` and `Content-Length` are libcurl's.
    var headerLines: [[UInt8]]
    var body: [UInt8] = []
    /// On the loop's clock; from here on the answer is no longer wanted.
    var deadlineNs: UInt64
    var maxAnswerBytes: Int
    /// The answer must say that it is JSON.
    var expectsJSON = true
}

/// What came back, whole.
struct WireAnswer: Sendable {
    let status: Int
    let body: [UInt8]
    /// The server's own name for the request: what AWS's support asks for.
    let requestID: String?
    /// Only of an answer that is no success: to find out whether this machine's clock is wrong.
    let dateMs: Int64?
    let connection: ConnectionTag
}

/// Names the connection an answer came over, for as long as it lives.
struct ConnectionTag: Sendable, Hashable {
    let descriptor: Int32
    let serial: UInt64

    static let none = ConnectionTag(descriptor: -1, serial: 0)
}

/// Why there is no answer.
struct WireFailure: Error, Sendable {
    enum Code: Sendable, Hashable {
        /// Too many requests wait already.
        case queueFull
        case cannotConnect
        /// The certificate, or the way TLS is spoken.
        case notTrusted
        case timedOut
        case connectionLost
        case tooLarge
        case wrongType
        case closed
    }

    let code: Code
    let message: String
    /// False when it is certain that the server has not seen the request whole.
    let wasSent: Bool
}
