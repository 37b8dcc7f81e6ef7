import Glibc

/// Reads one HTTP/1.1 response from bytes that come in any pieces. A value without I/O, like `RequestParser`,
/// and as strict: an answer that could be understood in two ways is an error.
package struct ResponseParser {
    package enum Progress: Equatable, Sendable {
        case needsMore
        case complete
        case failed(ParseFailure)
    }

    private enum Phase {
        case statusLine, headers, sizedBody, bodyToEnd, chunkSize, chunkData, chunkEnd, trailers, complete
        case failed(ParseFailure)
    }

    package private(set) var statusCode = 0
    package private(set) var headers: [(name: Range<Int>, value: Range<Int>)] = []
    package private(set) var bodyStart = 0
    package private(set) var bodyLength = 0
    package private(set) var keepsAlive = true
    private let limits: ParserLimits
    private let isAnswerToHead: Bool
    private var phase = Phase.statusLine
    private var position = 0
    private var scanned = 0
    private var headerBytes = 0
    private var contentLength: Int?
    private var isChunked = false
    private var chunkRemaining = 0

    /// The answer to a HEAD has the head of a body that does not follow.
    package init(limits: ParserLimits, isAnswerToHead: Bool) {
        self.limits = limits
        self.isAnswerToHead = isAnswerToHead
    }

    package var consumed: Int { position }
    package var hasStarted: Bool { if case .statusLine = phase { false } else { true } }
    package var expectedBytes: Int { bodyStart + (contentLength ?? 0) }

    package mutating func advance(_ base: UnsafeMutableRawPointer, count: Int) -> Progress {
        while true {
            switch phase {
            case .statusLine, .headers, .chunkSize, .trailers:
                guard let line = nextLine(base, count) else { return progress }
                accept(line, UnsafeRawPointer(base))
            case .sizedBody:
                guard count >= expectedBytes else { return .needsMore }
                bodyLength = contentLength ?? 0
                position = expectedBytes
                phase = .complete
            case .bodyToEnd:
                bodyLength = count - bodyStart
                guard bodyLength <= limits.maxBodyBytes else {
                    return fail(.bodyTooLarge, "The body is too large.")
                }
                position = count
                return .needsMore
            case .chunkData: guard takeChunkData(base, count) else { return .needsMore }
            case .chunkEnd:
                guard count >= position + 2 else { return .needsMore }
                guard load(base, position) == 0x0d, load(base, position + 1) == 0x0a else {
                    return fail(.invalid, "A chunk is longer than its size says.")
                }
                position += 2
                scanned = position
                phase = .chunkSize
            case .complete, .failed: return progress
            }
        }
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
    private mutating func fail(_ code: ParseFailure.Code, _ detail: StaticString) -> Progress {
        phase = .failed(ParseFailure(code, detail))
        return progress
    }

    private func load(_ base: UnsafeMutableRawPointer, _ offset: Int) -> UInt8 {
        base.load(fromByteOffset: offset, as: UInt8.self)
    }

    private mutating func nextLine(_ base: UnsafeMutableRawPointer, _ count: Int) -> UnsafeRawBufferPointer? {
        let from = max(scanned, position)
        guard let found = memchr(base + from, 0x0a, count - from) else {
            scanned = count
            if count - position >= limits.maxHeaderBytes { fail(.headersTooLarge, "The head is too large.") }
            return nil
        }
        let lineFeed = UnsafeRawPointer(found) - UnsafeRawPointer(base)
        guard lineFeed > position, load(base, lineFeed - 1) == 0x0d else {
            fail(.invalid, "A line ends with a bare line feed.")
            return nil
        }
        let line = UnsafeRawBufferPointer(start: base + position, count: lineFeed - 1 - position)
        headerBytes += line.count + 2
        guard headerBytes <= limits.maxHeaderBytes else {
            fail(.headersTooLarge, "The head is too large.")
            return nil
        }
        position = lineFeed + 1
        scanned = position
        return line
    }

    private mutating func accept(_ line: UnsafeRawBufferPointer, _ base: UnsafeRawPointer) {
        switch phase {
        case .statusLine: acceptStatusLine(line)
        case .headers where line.isEmpty: endHead()
        case .headers: acceptHeader(line, base)
        case .trailers: if line.isEmpty { phase = .complete }
        default: acceptChunkSize(line)
        }
    }

    private mutating func acceptStatusLine(_ line: UnsafeRawBufferPointer) {
        guard line.count >= 12, memcmp(line.baseAddress!, "HTTP/1.", 7) == 0, ByteClass.isDigit(line[7]),
            line[8] == 0x20, line[9...11].allSatisfy(ByteClass.isDigit), line.count == 12 || line[12] == 0x20
        else {
            fail(.invalid, "The answer has no valid status line.")
            return
        }
        statusCode = line[9...11].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        keepsAlive = line[7] != UInt8(ascii: "0")
        phase = .headers
    }

    private mutating func acceptHeader(_ line: UnsafeRawBufferPointer, _ base: UnsafeRawPointer) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            line[..<colon].allSatisfy(ByteClass.isToken)
        else {
            fail(.invalid, "The name of a header field is not valid.")
            return
        }
        let name = UnsafeRawBufferPointer(rebasing: line[..<colon])
        let value = ASCII.trimmed(UnsafeRawBufferPointer(rebasing: line[(colon + 1)...]))
        guard ByteClass.isFieldValue(value), headers.count < limits.maxHeaderCount else {
            fail(.invalid, "A header field is not valid, or there are too many.")
            return
        }
        let nameStart = name.baseAddress! - base
        let valueStart = value.isEmpty ? 0 : value.baseAddress! - base
        headers.append((nameStart..<(nameStart + name.count), valueStart..<(valueStart + value.count)))
        acceptFraming(name, value)
    }

    private mutating func acceptFraming(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        if ASCII.equalsIgnoringCase(name, "content-length") {
            guard contentLength == nil, (1...15).contains(value.count), value.allSatisfy(ByteClass.isDigit)
            else {
                fail(.invalid, "Content-Length is not one number of bytes.")
                return
            }
            contentLength = value.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        } else if ASCII.equalsIgnoringCase(name, "transfer-encoding") {
            guard !isChunked, ASCII.equalsIgnoringCase(value, "chunked") else {
                fail(.unknownTransferCoding, "The only transfer coding understood here is chunked.")
                return
            }
            isChunked = true
        } else if ASCII.equalsIgnoringCase(name, "connection") {
            ASCII.forEachElement(of: value) { option in
                if ASCII.equalsIgnoringCase(option, "close") { keepsAlive = false }
                return true
            }
        }
    }

    private mutating func endHead() {
        guard statusCode >= 200 else {
            // An interim answer such as 100 Continue: the real one follows.
            headers.removeAll(keepingCapacity: true)
            contentLength = nil
            isChunked = false
            return phase = .statusLine
        }
        bodyStart = position
        if isAnswerToHead || statusCode == 204 || statusCode == 304 {
            phase = .complete
        } else if isChunked {
            guard contentLength == nil else {
                fail(.invalid, "Content-Length and Transfer-Encoding exclude each other.")
                return
            }
            headerBytes = 0
            phase = .chunkSize
        } else if let contentLength {
            guard contentLength <= limits.maxBodyBytes else {
                fail(.bodyTooLarge, "The body is too large.")
                return
            }
            phase = .sizedBody
        } else {
            phase = .bodyToEnd
        }
    }

    private mutating func acceptChunkSize(_ line: UnsafeRawBufferPointer) {
        // Its framing is bounded by the number of bytes the body may have, not by the head's limit.
        headerBytes = 0
        var size = 0
        var digits = 0
        while digits < line.count, digits <= 8, let value = ByteClass.hexValue(line[digits]) {
            size = size << 4 | Int(value)
            digits += 1
        }
        guard (1...8).contains(digits), digits == line.count || line[digits] == UInt8(ascii: ";") else {
            fail(.invalid, "The size of a chunk is not a hexadecimal number.")
            return
        }
        guard size > 0 else { return phase = .trailers }
        guard size <= limits.maxBodyBytes - bodyLength else {
            fail(.bodyTooLarge, "The body is too large.")
            return
        }
        chunkRemaining = size
        phase = .chunkData
    }

    private mutating func takeChunkData(_ base: UnsafeMutableRawPointer, _ count: Int) -> Bool {
        let here = min(chunkRemaining, count - position)
        memmove(base + bodyStart + bodyLength, base + position, here)
        bodyLength += here
        chunkRemaining -= here
        position += here
        scanned = position
        guard chunkRemaining == 0 else { return false }
        phase = .chunkEnd
        return true
    }
}
