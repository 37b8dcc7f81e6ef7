import HTTP
import JSON
import Telemetry
import Ticketing

/// Tells operators of failures behind the desk, and clients what they may know of them.
final class PortWatch {
    private let metrics: DeskMetrics
    private let logger: Logger

    init(metrics: DeskMetrics, logger: Logger) {
        self.metrics = metrics
        self.logger = logger
    }

    func problem(
        _ error: PortError, at port: StaticString, doing work: StaticString, in context: LogContext,
        intent: IntentID? = nil
    ) -> Problem {
        note(error, at: port, doing: work, in: context, intent: intent)
        return Problem(error)
    }

    /// A broken invariant needs a person, a port that is down or busy does not: it is in the metrics as well.
    func note(
        _ error: PortError, at port: StaticString, doing work: StaticString, in context: LogContext,
        intent: IntentID? = nil
    ) {
        metrics.countPortError(port: port.description, code: error.code.rawValue)
        logger.log(error.isRetryable ? .warning : .error, "\(work) failed", in: context) { line in
            line.member("port", port)
            line.member("error", error.description)
            if let intent { line.member("intent", intent.text) }
        }
    }

    func debug(_ message: StaticString, _ intent: IntentID, in context: LogContext) {
        logger.debug(message.description, in: context) { $0.member("intent", intent.text) }
    }
}
