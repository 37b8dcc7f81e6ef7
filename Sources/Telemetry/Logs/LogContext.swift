/// Which request a line belongs to.
package struct LogContext: Sendable {
    package var requestID: RequestID?
    package var trace: TraceContext?

    package init(requestID: RequestID? = nil, trace: TraceContext? = nil) {
        self.requestID = requestID
        self.trace = trace
    }

    /// For lines that belong to no request.
    package static let none = LogContext()
}
