/// One call of a service's JSON API.
package struct AWSRequest: Sendable {
    package let service: AWSService
    package let operation: StaticString
    package let body: [UInt8]
    /// From the call to the last byte of the last try's answer, waiting and retries included.
    package var timeoutMs: Int
    /// For one try.
    package var attemptTimeoutMs: Int

    package init(
        _ service: AWSService, _ operation: StaticString, body: [UInt8], timeoutMs: Int = 4000,
        attemptTimeoutMs: Int = 1500
    ) {
        self.service = service
        self.operation = operation
        self.body = body
        self.timeoutMs = timeoutMs
        self.attemptTimeoutMs = attemptTimeoutMs
    }
}
