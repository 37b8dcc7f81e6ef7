import JSON
import Telemetry

/// Writes down a sample of the answered requests, and every one that failed on our side.
struct AccessLog {
    private let logger: Logger
    /// Of 2^32 equally likely draws, those below this are logged.
    private let threshold: UInt64
    private var state: UInt64

    init(logger: Logger, samplePercent: Double, seed: UInt64) {
        self.logger = logger
        threshold = UInt64(max(0, min(100, samplePercent)) / 100 * 4_294_967_296)
        state = seed | 1
    }

    /// A step of a xorshift generator: enough for a sample, and three instructions.
    @inline(__always)
    mutating func isSampled(_ status: Status) -> Bool {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state & 0xffff_ffff < threshold || status.code >= 500
    }

    func write(_ input: InputBuffer, _ endpoint: Endpoint, _ status: Status, durationNs: UInt64) {
        let head = input.parser.head
        let path = UnsafeRawBufferPointer(
            start: input.base + input.start + head.path.lowerBound, count: head.path.count)
        let level: LogLevel = status.code >= 500 ? .warning : .info
        logger.log(
            level, "request",
            in: LogContext(requestID: input.requestID, trace: input.trace)
        ) { line in
            line.member("method", head.method.name)
            line.member("path", text: path)
            line.member("route", endpoint.label)
            line.member("status", Int(status.code))
            line.member("durationUs", durationNs / 1_000)
            line.member("peer", input.peer.description)
        }
    }
}
