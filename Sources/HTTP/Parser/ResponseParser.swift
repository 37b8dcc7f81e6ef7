import Glibc

/// Reads one HTTP/1.1 response from bytes that come in any pieces. A value without I/O, like `RequestParser`,
/// and as strict: an answer that could be understood in two ways is an error.
package struct ResponseParser {
    package enum Progress: Equatable, Sendable {
        case needsMore
        case complete
        case failed(ParseFailure)
    }

    enum Phase {
        case statusLine, headers, sizedBody, bodyToEnd, chunkSize, chunkData, chunkEnd, trailers, complete
        case failed(ParseFailure)
    }

    package internal(set) var statusCode = 0
    package internal(set) var headers: [(name: Range<Int>, value: Range<Int>)] = []
    package internal(set) var bodyStart = 0
    package internal(set) var bodyLength = 0
    package internal(set) var keepsAlive = true
    let limits: ParserLimits
    private(set) var isAnswerToHead: Bool
    var phase = Phase.statusLine
    var position = 0
    var scanned = 0
    var headerBytes = 0
    var contentLength: Int?
    var minorVersion: UInt8 = 1
    var isChunked = false
    var chunkRemaining = 0

    /// The answer to a HEAD has the head of a body that does not follow.
    package init(limits: ParserLimits, isAnswerToHead: Bool) {
        self.limits = limits
        self.isAnswerToHead = isAnswerToHead
    }

    /// Ready for the next answer, with the memory of the last one.
    package mutating func reset(isAnswerToHead: Bool) {
        self.isAnswerToHead = isAnswerToHead
        statusCode = 0
        headers.removeAll(keepingCapacity: true)
        bodyStart = 0
        bodyLength = 0
        keepsAlive = true
        phase = .statusLine
        position = 0
        scanned = 0
        headerBytes = 0
        contentLength = nil
        minorVersion = 1
        isChunked = false
        chunkRemaining = 0
    }

    package var consumed: Int { position }
    /// How many bytes the buffer must be able to hold for a body whose announced size is within the limits.
    package var expectedBytes: Int {
        guard case .sizedBody = phase else { return 0 }
        return bodyStart + (contentLength ?? 0)
    }

    package mutating func advance(_ base: UnsafeMutableRawPointer, count: Int) -> Progress {
        while true {
            switch phase {
            case .statusLine, .headers, .chunkSize, .trailers:
                guard let line = nextLine(base, count) else { return progress }
                accept(line, UnsafeRawPointer(base))
            case .sizedBody:
                let end = expectedBytes
                guard count >= end else { return .needsMore }
                bodyLength = contentLength ?? 0
                position = end
                phase = .complete
            case .bodyToEnd:
                bodyLength = count - bodyStart
                guard bodyLength <= limits.maxBodyBytes else {
                    return fail(.bodyTooLarge, "The body is too large.")
                }
                position = count
                return .needsMore
            case .chunkData: guard takeChunkData(base, count) else { return .needsMore }
            case .chunkEnd: guard takeChunkEnd(base, count) else { return progress }
            case .complete, .failed: return progress
            }
        }
    }

    /// Closes the gap that chunk framing has left. Returns how many bytes the buffer holds now.
    package mutating func compact(_ base: UnsafeMutableRawPointer, count: Int) -> Int {
        switch phase {
        case .chunkSize, .chunkData, .chunkEnd, .trailers: break
        default: return count
        }
        let gap = position - (bodyStart + bodyLength)
        memmove(base + bodyStart + bodyLength, base + position, count - position)
        position -= gap
        scanned -= gap
        return count - gap
    }

    /// The peer has closed: the end of a body without a length, or a message cut short.
    package mutating func advanceToEnd() -> Progress {
        switch phase {
        case .bodyToEnd:
            phase = .complete
            keepsAlive = false
            return .complete
        case .complete, .failed: return progress
        default: return fail(.invalid, "The answer was cut short.")
        }
    }

    private var progress: Progress {
        switch phase {
        case .complete: .complete
        case .failed(let failure): .failed(failure)
        default: .needsMore
        }
    }

    @discardableResult
    mutating func fail(_ code: ParseFailure.Code, _ detail: StaticString) -> Progress {
        phase = .failed(ParseFailure(code, detail))
        return progress
    }

    private mutating func nextLine(_ base: UnsafeMutableRawPointer, _ count: Int) -> UnsafeRawBufferPointer? {
        switch LineEnd.find(
            in: base, from: position, scanned: scanned, count: count, allowed: lineAllowance)
        {
        case .found(let length):
            let line = UnsafeRawBufferPointer(start: base + position, count: length)
            if case .chunkSize = phase {} else { headerBytes += length + 2 }
            position += length + 2
            scanned = position
            return line
        case .notYet: scanned = count
        case .tooLong: failTooLong()
        case .withoutCarriageReturn: fail(.invalid, "A line ends with a bare line feed.")
        }
        return nil
    }

    /// How long the line that begins here may be with its CR LF. Interim answers count with the one they announce.
    private var lineAllowance: Int {
        if case .chunkSize = phase { return ParserLimits.maxChunkLineBytes }
        return limits.maxHeaderBytes - headerBytes
    }

    private mutating func failTooLong() {
        if case .chunkSize = phase {
            fail(.invalid, "The size line of a chunk is too long.")
        } else {
            fail(.headersTooLarge, "The head is too large.")
        }
    }

    private mutating func accept(_ line: UnsafeRawBufferPointer, _ base: UnsafeRawPointer) {
        switch phase {
        case .statusLine: acceptStatusLine(line)
        case .headers where line.isEmpty: endHead()
        case .trailers where line.isEmpty: phase = .complete
        case .headers: acceptHeader(line, base, isTrailer: false)
        case .trailers: acceptHeader(line, base, isTrailer: true)
        default: acceptChunkSize(line)
        }
    }
}
