import Telemetry
import Ticketing

/// Makes a call to a port part of the trace that the running work belongs to, if it belongs to one.
func traced<Value>(
    _ target: StaticString, _ operation: StaticString, _ call: () async throws(PortError) -> Value
) async throws(PortError) -> Value {
    guard let span = Span.current else { return try await call() }
    let beganUs = span.callBegan()
    do throws(PortError) {
        let value = try await call()
        span.callEnded(target, operation, beganUs: beganUs)
        return value
    } catch {
        span.callEnded(target, operation, beganUs: beganUs, failure: error.description)
        throw error
    }
}
