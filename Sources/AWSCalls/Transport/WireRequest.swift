/// One HTTP request as it goes out, once.
struct WireRequest: Sendable {
    let endpoint: Endpoint
    /// Head and body, as they are written.
    let bytes: [UInt8]
    /// On the loop's clock; from here on the answer is no longer wanted.
    let deadlineNs: UInt64
    let maxAnswerBytes: Int
    /// The answer must say that it is JSON.
    var expectsJSON = true

    /// `lines` are whole header lines, `name: value`, without line ends, and without those that say where and how much.
    static func bytes(
        _ method: StaticString, _ target: String, host: String, lines: [[UInt8]], body: [UInt8]
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(literal: method)
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: target.utf8)
        bytes.append(literal: " HTTP/1.1\r\nhost: ")
        bytes.append(contentsOf: host.utf8)
        bytes.append(literal: "\r\n")
        for line in lines {
            bytes += line
            bytes.append(literal: "\r\n")
        }
        bytes.append(literal: "content-length: ")
        bytes.append(contentsOf: String(body.count).utf8)
        bytes.append(literal: "\r\n\r\n")
        return bytes + body
    }
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

/// Names the connection an answer came over.
struct ConnectionTag: Sendable, Hashable {
    let serial: UInt64
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
        /// It is no HTTP, or could be understood in two ways.
        case malformed
        case closed
    }

    let code: Code
    let message: String
    /// False when it is certain that the server has not seen the request whole.
    let wasSent: Bool
}
