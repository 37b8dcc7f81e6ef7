/// The refusals that any service may need, as the contract names them.
extension Problem {
    package static func invalidRequest(_ detail: String, pointer: String? = nil) -> Problem {
        Problem(
            "invalid-request", .badRequest, title: "The request is not valid", detail: detail,
            members: pointer.map { [Member("pointer", $0)] } ?? [])
    }

    package static func notFound(
        _ detail: String = "Nothing is served at this path; see the API description."
    ) -> Problem {
        Problem("not-found", .notFound, title: "There is nothing here", detail: detail)
    }

    package static func methodNotAllowed(allow: String) -> Problem {
        Problem(
            "method-not-allowed", .methodNotAllowed, title: "This path does not take this method",
            detail: "Use one of: \(allow).", headers: [Header("Allow", allow)])
    }

    package static let unsupportedMediaType = Problem(
        "unsupported-media-type", .unsupportedMediaType,
        title: "The body is of a type that is not understood",
        detail: "Send the body as application/json.")

    package static let requestTimeout = Problem(
        "request-timeout", .requestTimeout, title: "The request did not arrive in time",
        detail: "Send head and body without long pauses.")

    package static func `internal`() -> Problem {
        Problem(
            "internal", .internalError, title: "Something failed on our side",
            detail: "Nothing is claimed about the effect; retry with the same Idempotency-Key.")
    }

    package static let overloaded = Problem(
        "overloaded", .unavailable, title: "Too much is going on at the moment",
        detail: "Retry after the time given, with the same Idempotency-Key.",
        headers: [Header("Retry-After", "1")])

    package static func unavailable(_ detail: String, retryAfterSeconds: Int = 1) -> Problem {
        Problem(
            "unavailable", .unavailable, title: "This cannot be answered at the moment", detail: detail,
            headers: [Header("Retry-After", String(retryAfterSeconds))])
    }

    /// What the sender of a message hears that could not be read.
    init(_ failure: ParseFailure) {
        let detail = failure.detail.description
        switch failure.code {
        case .invalid: self = .invalidRequest(detail)
        case .requestLineTooLong:
            self.init("uri-too-long", .uriTooLong, title: "The request line is too long", detail: detail)
        case .headersTooLarge:
            self.init(
                "headers-too-large", .headersTooLarge, title: "The header fields are too large",
                detail: detail)
        case .bodyTooLarge:
            self.init("body-too-large", .contentTooLarge, title: "The body is too large", detail: detail)
        case .unknownTransferCoding:
            self.init(
                "transfer-coding-unknown", .notImplemented, title: "The transfer coding is not understood",
                detail: detail)
        case .unsupportedVersion:
            self.init(
                "http-version-unsupported", .versionNotSupported, title: "The HTTP version is not served",
                detail: detail)
        }
    }
}
