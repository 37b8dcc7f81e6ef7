import Glibc

/// Reads one HTTP/1.1 request from bytes that come in any pieces, as strictly as RFC 9112 allows: what it
/// calls invalid or ambiguous is refused, never repaired.
///
/// A value without I/O. The caller keeps all bytes from the request's first one in one buffer and calls
/// `advance` whenever there are more; each byte is looked at once, and the answer does not depend on how the
/// bytes were cut. A chunked body is put together in place, right behind the head.
package struct RequestParser {
    package enum Progress: Equatable, Sendable {
        case needsMore
        case complete
        case failed(ParseFailure)
    }

    enum Phase {
        case requestLine, headers, sizedBody, chunkSize, chunkData, chunkEnd, trailers, complete
        case failed(ParseFailure)
    }

    package internal(set) var head = RequestHead()
    let limits: ParserLimits
    var phase = Phase.requestLine
    /// Everything before this has been understood.
    var position = 0
    /// Everything before this has been searched for the end of the line that begins at `position`.
    var scanned = 0
    var hasSkippedEmptyLine = false
    var headerBytes = 0
    var chunkRemaining = 0
    var chunkFramingBytes = 0

    package init(limits: ParserLimits) {
        precondition(limits.maxHeaderCount <= ParserLimits.mostHeaders)
        precondition(limits.maxRequestLineBytes + limits.maxHeaderBytes <= ParserLimits.mostHeadBytes)
        self.limits = limits
    }

    /// Makes the parser as new, for the next request of the connection.
    package mutating func reset() {
        head.reset()
        phase = .requestLine
        position = 0
        scanned = 0
        hasSkippedEmptyLine = false
        headerBytes = 0
        chunkRemaining = 0
        chunkFramingBytes = 0
    }

    /// How many bytes of the buffer belong to the request that is complete; the next one begins there.
    package var consumed: Int { position }

    /// The head is known while the body may still be on its way.
    package var isHeadComplete: Bool {
        switch phase {
        case .requestLine, .headers, .failed: false
        default: true
        }
    }

    package var isReadingBody: Bool {
        switch phase {
        case .sizedBody, .chunkSize, .chunkData, .chunkEnd, .trailers: true
        default: false
        }
    }

    /// How many bytes the buffer must be able to hold for a body whose size was announced.
    package var expectedBytes: Int { head.bodyStart + (head.contentLength ?? 0) }

    /// `count` bytes stand at `base`, the first of them the first of the request.
    package mutating func advance(_ base: UnsafeMutableRawPointer, count: Int) -> Progress {
        while true {
            switch phase {
            case .requestLine, .headers, .chunkSize, .trailers:
                guard let line = nextLine(base, count: count) else { return progress }
                accept(line, base)
            case .sizedBody:
                guard count >= expectedBytes else { return .needsMore }
                head.bodyLength = head.contentLength ?? 0
                position = expectedBytes
                phase = .complete
            case .chunkData:
                guard takeChunkData(base, count: count) else { return .needsMore }
            case .chunkEnd:
                guard takeChunkEnd(base, count: count) else { return progress }
            case .complete, .failed:
                return progress
            }
        }
    }

    /// Closes the gap that chunk framing has left, so that a full buffer has room again. Returns how many
    /// bytes the buffer holds now.
    package mutating func compact(_ base: UnsafeMutableRawPointer, count: Int) -> Int {
        guard head.isChunked, isReadingBody else { return count }
        let bodyEnd = head.bodyStart + head.bodyLength
        let gap = position - bodyEnd
        memmove(base + bodyEnd, base + position, count - position)
        position -= gap
        scanned -= gap
        return count - gap
    }

    private var progress: Progress {
        switch phase {
        case .complete: .complete
        case .failed(let failure): .failed(failure)
        default: .needsMore
        }
    }

    mutating func fail(_ code: ParseFailure.Code, _ detail: StaticString) {
        phase = .failed(ParseFailure(code, detail))
    }

    // MARK: Lines

    /// The next whole line without its CRLF; nil when it is not there yet or cannot be one.
    private mutating func nextLine(_ base: UnsafeMutableRawPointer, count: Int) -> UnsafeRawBufferPointer? {
        switch LineEnd.find(
            in: base, from: position, scanned: scanned, count: count, allowed: lineAllowance)
        {
        case .found(let length):
            let line = UnsafeRawBufferPointer(start: base + position, count: length)
            position += length + 2
            scanned = position
            return line
        case .notYet: scanned = count
        case .tooLong: failTooLong()
        case .withoutCarriageReturn:
            fail(.invalid, "A line ends with a bare line feed; end it with CR LF.")
        }
        return nil
    }

    /// How long the line that begins here may be with its CRLF.
    private var lineAllowance: Int {
        switch phase {
        case .requestLine: limits.maxRequestLineBytes
        case .chunkSize: ParserLimits.maxChunkLineBytes
        default: limits.maxHeaderBytes - headerBytes
        }
    }

    private mutating func failTooLong() {
        switch phase {
        case .requestLine: fail(.requestLineTooLong, "The request line is too long.")
        case .chunkSize: fail(.invalid, "The size line of a chunk is too long.")
        default: fail(.headersTooLarge, "The header fields are too large.")
        }
    }

    private mutating func accept(_ line: UnsafeRawBufferPointer, _ base: UnsafeMutableRawPointer) {
        switch phase {
        case .requestLine:
            if line.isEmpty, !hasSkippedEmptyLine {
                // RFC 9112 section 2.2: some clients send one after a body. One is forgiven, not a stream of them.
                hasSkippedEmptyLine = true
            } else {
                acceptRequestLine(line, base)
            }
        case .headers where line.isEmpty: endHead()
        case .trailers where line.isEmpty: phase = .complete
        case .headers: acceptHeader(line, base, isTrailer: false)
        case .trailers: acceptHeader(line, base, isTrailer: true)
        default: acceptChunkSize(line)
        }
    }
}
