import Glibc
import Telemetry

/// Writes answers into a loop's output. A value of the loop: it holds the date line.
struct ResponseEncoder {
    let output: OutputBuffer
    var dateLine = DateLine()

    init(output: OutputBuffer) { self.output = output }

    /// A body from here on is not copied but sent from where it lies.
    static let largeBodyBytes = 16 * 1_024

    /// Writes the head and, unless it is large, the body. Returns the body that is still to be sent.
    mutating func write(
        _ response: borrowing Response, for input: InputBuffer, keepsAlive: Bool, isHead: Bool, nowNs: UInt64
    ) -> LargeBody? {
        if let ready = response.ready {
            return write(ready, for: input, keepsAlive: keepsAlive, isHead: isHead, nowNs: nowNs)
        }
        output.append("HTTP/1.1 ")
        output.append(Int(response.status.code))
        output.append(" ")
        output.append(response.status.reason)
        output.append("\r\nDate: ")
        dateLine.copy(to: output.reserve(29), nowNs: nowNs)
        output.added(29)
        output.append("\r\nRequest-Id: ")
        input.requestID.write(into: output.reserve(RequestID.length))
        output.added(RequestID.length)
        if let trace = input.trace {
            output.append("\r\nTraceparent: ")
            trace.write(into: output.reserve(TraceContext.length))
            output.added(TraceContext.length)
        }
        if let contentType = response.contentType {
            output.append("\r\nContent-Type: ")
            output.append(contentType)
        }
        if !response.status.forbidsBody {
            output.append("\r\nContent-Length: ")
            output.append(response.body.count)
        }
        for header in response.headers { append(header) }
        output.append(keepsAlive ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n")
        guard !isHead, !response.status.forbidsBody else { return nil }
        guard response.body.count < Self.largeBodyBytes else {
            return LargeBody(bytes: response.body, start: 0)
        }
        output.append(response.body)
        return nil
    }

    private mutating func write(
        _ ready: ReadyAnswer, for input: InputBuffer, keepsAlive: Bool, isHead: Bool, nowNs: UInt64
    ) -> LargeBody? {
        output.append(ready.statusLine)
        if let trace = input.trace {
            output.append("Traceparent: ")
            trace.write(into: output.reserve(TraceContext.length))
            output.added(TraceContext.length)
            output.append("\r\n")
        }
        if !keepsAlive { output.append("Connection: close\r\n") }
        let size = isHead ? ready.bodyStart : ready.bytes.count
        let target = output.reserve(size)
        ready.bytes.withUnsafeBytes { _ = memcpy(target, $0.baseAddress!, size) }
        dateLine.copy(to: target + ReadyAnswer.dateOffset, nowNs: nowNs)
        input.requestID.write(into: target + ReadyAnswer.requestIDOffset)
        output.added(size)
        guard !isHead, let largeBody = ready.largeBody else { return nil }
        return LargeBody(bytes: largeBody, start: 0)
    }

    private func append(_ header: Header) {
        output.append("\r\n")
        output.append(header.name)
        output.append(": ")
        output.append(header.value)
    }
}

/// A body that is sent from where it lies, while its head has gone ahead.
struct LargeBody {
    let bytes: [UInt8]
    var start: Int

    var remaining: Int { bytes.count - start }
}
