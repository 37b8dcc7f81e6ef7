import Ticketing

/// Why Redis was not asked, or why its answer is none. Never holds a secret.
package struct RedisError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// The URL or a file that the settings name cannot be used.
        case badSettings
        case cannotResolve
        case cannotConnect
        /// The certificate is not to be trusted, is for another host, or the handshake failed.
        case tlsFailed
        /// The server does not know the user, or the user may not do this.
        case notAllowed
        /// A cluster's node where a single server was expected, or the other way round.
        case wrongServer
        case timedOut
        case connectionLost
        /// What came is no valid answer, or no answer to what was asked. Nothing after it is believed.
        case badAnswer
        /// The server says that it cannot serve now: it loads, fails over, is out of memory.
        case notReady
        /// The value under the key was not written by this adapter.
        case foreignValue
        /// Asked lately and failed; nothing was sent.
        case circuitOpen
        /// Too many commands wait already; nothing was sent.
        case tooManyPending
        case closed
    }

    package let code: Code
    package let message: String
    /// Whether the command may have reached the server.
    package let wasSent: Bool

    package init(_ code: Code, _ message: String, wasSent: Bool = false) {
        self.code = code
        self.message = message
        self.wasSent = wasSent
    }

    package var description: String { "\(code.rawValue): \(message)" }

    func sent() -> RedisError { RedisError(code, message, wasSent: true) }

    /// As the port's callers know it. A read that was sent has done nothing either.
    func portError(isWrite: Bool) -> PortError {
        switch code {
        case .badAnswer, .foreignValue: PortError(.corrupt, message, cause: self)
        case .notAllowed, .wrongServer, .badSettings: PortError(.rejected, message, cause: self)
        case .tooManyPending: PortError(.throttled, message, cause: self)
        default: PortError(wasSent && isWrite ? .unknownOutcome : .unavailable, message, cause: self)
        }
    }
}
