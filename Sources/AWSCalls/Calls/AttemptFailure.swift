import JSON

/// What one try came to that did not succeed, and whether another one makes sense.
struct AttemptFailure: Sendable {
    enum Cure: Sendable, Equatable {
        case none
        /// The service has trouble, or the way to it.
        case retry
        /// It asks for less.
        case retryLater
        /// The signature's time was refused: sign with the service's own.
        case correctClock
        case renewCredentials
    }

    let error: AWSError
    let cure: Cure
    /// What it is counted as: the error's code, and something of its own for a refusal whose name nobody knows.
    let kind: String

    /// Nothing more is asked over the connection that it came from.
    var isSurprising: Bool { error.code == .badAnswer || kind == Self.unknownRefusal }
    private static let unknownRefusal = "unknownRefusal"

    init(_ failure: WireFailure) {
        let code: AWSError.Code =
            switch failure.code {
            case .queueFull: .busy
            case .closed: .closed
            case .cannotConnect, .notTrusted, .timedOut, .connectionLost: .unavailable
            case .tooLarge, .wrongType, .malformed: .badAnswer
            }
        error = AWSError(code, failure.message, mayHaveHappened: failure.wasSent)
        kind = code.rawValue
        cure =
            switch failure.code {
            // A certificate does not become right by asking again, nor an answer small.
            case .queueFull, .closed, .notTrusted, .tooLarge: .none
            case .cannotConnect, .timedOut, .connectionLost, .wrongType, .malformed: .retry
            }
    }

    /// Of an answer that is not 200.
    init(_ answer: WireAnswer) {
        let refusal = RefusalBody(answer.body)
        let type = refusal?.type ?? ""
        let message = refusal?.message ?? "HTTP \(answer.status)"
        let code: AWSError.Code
        var mayHaveHappened = false
        switch (answer.status, type) {
        case (_, let type) where Self.throttles.contains(type):
            (code, cure) = (.throttled, .retryLater)
        case (429, _):
            (code, cure) = (.throttled, .retryLater)
        case (_, "TransactionInProgressException"):
            // Our own earlier try, whose answer was lost, is still at it.
            (code, cure, mayHaveHappened) = (.unavailable, .retryLater, true)
        case (500..., _):
            // It may have failed after the effect as well as before it.
            (code, cure, mayHaveHappened) = (.unavailable, .retry, true)
        case (_, let type) where Self.refusesTime(type, message):
            (code, cure) = (.refused, .correctClock)
        case (_, let type) where Self.staleCredentials.contains(type):
            (code, cure) = (.credentials, .renewCredentials)
        case (400..<500, let type) where !type.isEmpty:
            (code, cure) = (.refused, .none)
        default:
            (code, cure, mayHaveHappened) = (.badAnswer, .retry, true)
        }
        error = AWSError(
            code, message, type: type, requestID: answer.requestID, mayHaveHappened: mayHaveHappened,
            body: answer.body)
        let isStrange = code == .refused && !RefusalNames.areKnown(type)
        kind = isStrange ? Self.unknownRefusal : code.rawValue
    }

    private static let throttles: Set<String> = [
        "ThrottlingException", "Throttling", "ThrottledException", "RequestThrottled",
        "RequestThrottledException", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
        "TooManyRequestsException", "SlowDown", "LimitExceededException",
    ]

    private static let staleCredentials: Set<String> = [
        "ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException", "InvalidClientTokenId",
    ]

    private static func refusesTime(_ type: String, _ message: String) -> Bool {
        switch type {
        case "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture": true
        // The same name stands for a wrong key; only the words tell.
        case "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure":
            message.contains("expired") || message.contains("not yet current")
        default: false
        }
    }
}

/// What every refusal of the JSON protocols says.
private struct RefusalBody {
    var type = ""
    var message: String?

    init?(_ body: [UInt8]) {
        var type: String?
        var message: String?
        do throws(JSONError) {
            try JSONReader.read(body) { reader throws(JSONError) in
                try reader.object { name, reader throws(JSONError) in
                    switch name {
                    case "__type": type = try reader.string()
                    case "message", "Message":
                        if try reader.kind() == .string { message = try reader.string() }
                    default: try reader.skip()
                    }
                }
            }
        } catch {
            return nil
        }
        // `com.amazonaws.dynamodb.v20120810#Name`, and sometimes `Name:http://…` behind it.
        let name = (type ?? "").split(separator: "#").last ?? ""
        self.type = String(name.prefix { $0 != ":" })
        self.message = message.map { String($0.prefix(500)) }
    }
}
