/// Why a call to AWS came to nothing.
package struct AWSError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// There are none, or the ones there are were refused.
        case credentials
        /// Not reached, no answer, or an answer that says that the service has trouble.
        case unavailable
        case throttled
        /// Our own limits: too many calls wait already.
        case busy
        /// The service says that the request is wrong, or that its condition is not met: see `type`.
        case refused
        /// An answer that makes no sense.
        case badAnswer
        case closed
    }

    package let code: Code
    /// One sentence with the place. Never a secret.
    package let message: String
    /// AWS's own name of the error, as `ConditionalCheckFailedException`.
    package let type: String
    package let requestID: String?
    /// The call may have had its effect, in this try or in an earlier one.
    package var mayHaveHappened: Bool
    /// What a refusal says beside its name.
    package let body: [UInt8]

    package init(
        _ code: Code, _ message: String, type: String = "", requestID: String? = nil,
        mayHaveHappened: Bool = false, body: [UInt8] = []
    ) {
        self.code = code
        self.message = message
        self.type = type
        self.requestID = requestID
        self.mayHaveHappened = mayHaveHappened
        self.body = body
    }

    package var description: String {
        let name = type.isEmpty ? code.rawValue : type
        guard let requestID else { return "\(name): \(message)" }
        return "\(name): \(message) (request \(requestID))"
    }
}
