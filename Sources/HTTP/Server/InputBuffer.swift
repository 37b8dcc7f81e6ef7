import EventLoop
import Glibc
import Telemetry

/// The bytes of a connection that has some, with the parser that reads them and what was found out about the
/// request at their front. A connection that is idle has none: it gives its buffer back to the loop's pool.
package final class InputBuffer {
    private(set) var base: UnsafeMutableRawPointer
    private(set) var capacity: Int
    /// Where the present request begins, and where the bytes end.
    var start = 0
    var end = 0
    var parser: RequestParser
    var requestID = RequestID.unset
    var callersTrace: TraceContext?
    /// Nil for a request that is not traced, as most are.
    var span: Span?
    /// What log lines, answers and calls of others are told: the work done here, when it is recorded.
    var trace: TraceContext? { span?.context ?? callersTrace }
    var receivedNs: UInt64 = 0
    var peer: PeerAddress = .unknown
    /// What the router found where the pattern has a name in braces.
    var parameters = InlineArray<4, Range<Int>>(repeating: 0..<0)

    /// Enough for the head of an ordinary request.
    static let usualCapacity = 4_096

    init(limits: ParserLimits, capacity: Int = InputBuffer.usualCapacity) {
        self.capacity = capacity
        base = .allocate(byteCount: capacity, alignment: 16)
        parser = RequestParser(limits: limits)
    }

    deinit { base.deallocate() }

    var isEmpty: Bool { start == end }

    /// Feeds the parser with everything from the request's first byte on.
    @inline(__always)
    func parse() -> RequestParser.Progress { parser.advance(base + start, count: end - start) }

    /// Drops the request at the front and makes ready for the one behind it.
    @inline(__always)
    func advance() {
        start += parser.consumed
        if start == end {
            start = 0
            end = 0
        }
        parser.reset()
    }

    /// The value of a header field, or nil; of one sent twice, the first. `name` is lower case.
    ///
    /// Through a pointer: a head is more than a kilobyte, and read out of a property it would be copied whole.
    func firstValue(of name: StaticString) -> UnsafeRawBufferPointer? {
        withUnsafeMutablePointer(to: &parser.head) { $0.pointee.firstValue(of: name, in: base + start) }
    }

    /// For bytes that come from elsewhere than a socket; there must be room.
    func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        precondition(bytes.count <= capacity - end)
        memcpy(base + end, source, bytes.count)
        end += bytes.count
    }

    func clear() {
        start = 0
        end = 0
        parser.reset()
        callersTrace = nil
        span = nil
    }

    /// Less room than this, and reading would cost more calls than moving costs copying.
    private static let leastRoom = 512

    /// Makes room at the end, first by moving, then by growing to at most `maxCapacity`; false when there is
    /// none to make. Never called while a handler reads the bytes.
    func makeRoom(maxCapacity: Int) -> Bool {
        let wanted = parser.isReadingBody ? min(parser.expectedBytes, maxCapacity) : 0
        if capacity - end >= Self.leastRoom, capacity - start >= wanted { return true }
        if start > 0 {
            memmove(base, base + start, end - start)
            end -= start
            start = 0
        }
        end = parser.compact(base, count: end)
        if capacity - end >= Self.leastRoom, capacity >= wanted { return true }
        guard capacity < maxCapacity else { return end < capacity }
        grow(to: min(max(capacity * 4, wanted), maxCapacity))
        return true
    }

    private func grow(to larger: Int) {
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        memcpy(moved, base + start, end - start)
        base.deallocate()
        base = moved
        capacity = larger
        end -= start
        start = 0
    }
}

extension RequestID {
    /// What a buffer holds before its first request is stamped.
    fileprivate static let unset: RequestID = {
        var source = RequestIDSource(random: 0)
        return source.next()
    }()
}
