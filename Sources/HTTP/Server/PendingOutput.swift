import CLinux
import Glibc

/// What the kernel would not take yet: the rest of the answers' bytes, then the rest of a large body. While a
/// connection has some, it reads and answers nothing more.
struct PendingOutput {
    private var bytes: [UInt8]
    private var sent = 0
    private var body: LargeBody?

    enum Progress { case finished, blocked, failed }

    /// Sends straight from the loop's buffer and from the body; what is left is returned for later.
    static func send(_ output: OutputBuffer, _ body: LargeBody?, to descriptor: Int32) -> (
        Progress, PendingOutput?
    ) {
        var body = body
        var sent = 0
        let progress = write(UnsafeRawPointer(output.base), output.count, &sent, &body, descriptor)
        guard case .blocked = progress else { return (progress, nil) }
        let rest = UnsafeRawBufferPointer(start: output.base + sent, count: output.count - sent)
        return (.blocked, PendingOutput(bytes: Array(rest), body: body))
    }

    mutating func resume(to descriptor: Int32) -> Progress {
        bytes.withUnsafeBytes { Self.write($0.baseAddress!, $0.count, &sent, &body, descriptor) }
    }

    /// Puts an answer behind what waits. A large body lets no further request begin, so none waits here.
    mutating func append(_ output: OutputBuffer, _ next: LargeBody?) {
        precondition((body?.remaining ?? 0) == 0, "an answer would overtake the body before it")
        bytes += UnsafeRawBufferPointer(start: output.base, count: output.count)
        body = next
    }

    private init(bytes: [UInt8], body: LargeBody?) {
        // An empty array has no address; one byte that is counted as sent gives it one.
        self.bytes = bytes.isEmpty ? [0] : bytes
        self.sent = bytes.isEmpty ? 1 : 0
        self.body = body
    }

    private static func write(
        _ head: UnsafeRawPointer, _ headCount: Int, _ sent: inout Int, _ body: inout LargeBody?,
        _ descriptor: Int32
    ) -> Progress {
        while sent < headCount || (body?.remaining ?? 0) > 0 {
            let count = writeOnce(head + sent, headCount - sent, body, descriptor)
            if count < 0 {
                if errno == EINTR { continue }
                return errno == EAGAIN ? .blocked : .failed
            }
            let ofHead = min(count, headCount - sent)
            sent += ofHead
            body?.start += count - ofHead
        }
        return .finished
    }

    private static func writeOnce(
        _ head: UnsafeRawPointer, _ headCount: Int, _ body: LargeBody?, _ descriptor: Int32
    ) -> Int {
        guard let body, body.remaining > 0 else {
            return Glibc.send(descriptor, head, headCount, Int32(MSG_NOSIGNAL))
        }
        return body.bytes.withUnsafeBytes { bytes in
            clinux_send_two(descriptor, head, headCount, bytes.baseAddress! + body.start, body.remaining)
        }
    }
}
