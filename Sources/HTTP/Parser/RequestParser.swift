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

    private enum Phase {
        case requestLine, headers, sizedBody, chunkSize, chunkData, chunkEnd, trailers, complete
        case failed(ParseFailure)
    }

    package private(set) var head = RequestHead()
    private let limits: ParserLimits
    private var phase = Phase.requestLine
    /// Everything before this has been understood.
    private var position = 0
    /// Everything before this has been searched for the end of the line that begins at `position`.
    private var scanned = 0
    private var hasSkippedEmptyLine = false
    private var headerBytes = 0
    private var chunkRemaining = 0
    private var chunkFramingBytes = 0

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

    private mutating func fail(_ code: ParseFailure.Code, _ detail: StaticString) {
        phase = .failed(ParseFailure(code, detail))
    }

    // MARK: Lines

    /// The next whole line without its CRLF; nil when it is not there yet or cannot be one.
    private mutating func nextLine(_ base: UnsafeMutableRawPointer, count: Int) -> UnsafeRawBufferPointer? {
        let allowed = lineAllowance
        let from = max(scanned, position)
        guard let found = memchr(base + from, 0x0a, count - from) else {
            scanned = count
            if count - position >= allowed { failTooLong() }
            return nil
        }
        let lineFeed = UnsafeRawPointer(found) - UnsafeRawPointer(base)
        guard lineFeed - position < allowed else {
            failTooLong()
            return nil
        }
        guard lineFeed > position, base.load(fromByteOffset: lineFeed - 1, as: UInt8.self) == 0x0d else {
            fail(.invalid, "A line ends with a bare line feed; end it with CR LF.")
            return nil
        }
        let line = UnsafeRawBufferPointer(start: base + position, count: lineFeed - 1 - position)
        position = lineFeed + 1
        scanned = position
        return line
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

    private mutating func acceptRequestLine(_ line: UnsafeRawBufferPointer, _ base: UnsafeMutableRawPointer) {
        guard let space = line.firstIndex(of: 0x20),
            let method = Method(UnsafeRawBufferPointer(rebasing: line[..<space]))
        else { return fail(.invalid, "The request line has no valid method.") }
        let rest = UnsafeRawBufferPointer(rebasing: line[(space + 1)...])
        // " HTTP/1.1" is nine bytes, and the target is everything before them.
        guard rest.count > 9, rest[rest.count - 9] == 0x20 else {
            return fail(
                .invalid, "The request line is not: method, target, HTTP version, one blank between them.")
        }
        let version = UnsafeRawBufferPointer(rebasing: rest[(rest.count - 8)...])
        guard memcmp(version.baseAddress!, "HTTP/", 5) == 0, ByteClass.isDigit(version[5]),
            version[6] == 0x2e,
            ByteClass.isDigit(version[7])
        else { return fail(.invalid, "The HTTP version is malformed.") }
        guard version[5] == UInt8(ascii: "1") else {
            return fail(.unsupportedVersion, "This server speaks HTTP/1.1.")
        }
        head.method = method
        head.minorVersion = version[7] == UInt8(ascii: "0") ? 0 : 1
        head.keepsAlive = head.minorVersion == 1
        let target = UnsafeRawBufferPointer(rebasing: rest[..<(rest.count - 9)])
        guard acceptTarget(target, offset: target.baseAddress! - UnsafeRawPointer(base)) else {
            return fail(.invalid, "The request target is not a valid path.")
        }
        phase = .headers
    }

    private mutating func acceptTarget(_ target: UnsafeRawBufferPointer, offset: Int) -> Bool {
        var pathStart = 0
        if target[0] != UInt8(ascii: "/") {
            if head.method == .options, target.count == 1, target[0] == UInt8(ascii: "*") {
                return true
            } else if head.method == .connect {
                return target.allSatisfy(ByteClass.isHost)
            } else if let start = RequestParser.pathStart(ofAbsolute: target) {
                pathStart = start
            } else {
                return false
            }
        }
        var query: Int?
        var index = 0
        while index < target.count {
            let byte = target[index]
            guard ByteClass.isTarget(byte) else { return false }
            if byte == UInt8(ascii: "%") {
                guard index + 2 < target.count, ByteClass.hexValue(target[index + 1]) != nil,
                    ByteClass.hexValue(target[index + 2]) != nil
                else { return false }
            } else if byte == UInt8(ascii: "?"), query == nil {
                query = index
            }
            index += 1
        }
        head.path = (offset + pathStart)..<(offset + (query ?? target.count))
        head.query = query.map { (offset + $0 + 1)..<(offset + target.count) }
        return true
    }

    /// Where the path begins in `http://host:port/path`, or nil when it is not of that form.
    private static func pathStart(ofAbsolute target: UnsafeRawBufferPointer) -> Int? {
        let scheme = [7, 8].first { length in
            target.count > length
                && ASCII.equalsIgnoringCase(target.baseAddress!, length == 7 ? "http://" : "https://")
        }
        guard let scheme else { return nil }
        var end = scheme
        while end < target.count, target[end] != UInt8(ascii: "/"), target[end] != UInt8(ascii: "?") {
            guard ByteClass.isHost(target[end]) else { return nil }
            end += 1
        }
        return end > scheme ? end : nil
    }

    private mutating func acceptHeader(
        _ line: UnsafeRawBufferPointer, _ base: UnsafeMutableRawPointer, isTrailer: Bool
    ) {
        headerBytes += line.count + 2
        guard !ASCII.isBlank(line[0]) else {
            return fail(.invalid, "A header field begins with a blank; folded lines are not accepted.")
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            line[..<colon].allSatisfy(ByteClass.isToken)
        else { return fail(.invalid, "The name of a header field is not valid.") }
        let value = ASCII.trimmed(UnsafeRawBufferPointer(rebasing: line[(colon + 1)...]))
        guard ByteClass.isFieldValue(value) else {
            return fail(.invalid, "The value of a header field holds a control character.")
        }
        guard !isTrailer else { return }
        guard head.headerCount < limits.maxHeaderCount else {
            return fail(.headersTooLarge, "There are too many header fields.")
        }
        let name = UnsafeRawBufferPointer(rebasing: line[..<colon])
        let start = UnsafeRawPointer(base)
        head.slots[head.headerCount] = HeaderSlot(
            nameStart: UInt16(name.baseAddress! - start), nameLength: UInt16(name.count),
            valueStart: value.isEmpty ? 0 : UInt16(value.baseAddress! - start),
            valueLength: UInt16(value.count))
        head.headerCount += 1
        acceptFraming(name, value)
    }

    /// The few fields that decide where this request ends and what becomes of its connection.
    private mutating func acceptFraming(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        switch name.count {
        case 4 where ASCII.equalsIgnoringCase(name, "host"):
            head.hostCount += 1
            guard value.allSatisfy(ByteClass.isHost) else {
                return fail(.invalid, "The Host field is not valid.")
            }
        case 6 where ASCII.equalsIgnoringCase(name, "expect"):
            head.expectsContinue = ASCII.equalsIgnoringCase(value, "100-continue")
        case 10 where ASCII.equalsIgnoringCase(name, "connection"):
            ASCII.forEachElement(of: value) { option in
                if ASCII.equalsIgnoringCase(option, "close") { head.keepsAlive = false }
                return true
            }
        case 14 where ASCII.equalsIgnoringCase(name, "content-length"): acceptContentLength(value)
        case 17 where ASCII.equalsIgnoringCase(name, "transfer-encoding"): acceptTransferEncoding(value)
        default: break
        }
    }

    private mutating func acceptContentLength(_ value: UnsafeRawBufferPointer) {
        guard head.contentLength == nil else { return fail(.invalid, "Content-Length was sent twice.") }
        guard !value.isEmpty, value.allSatisfy(ByteClass.isDigit) else {
            return fail(.invalid, "Content-Length is not a number of bytes.")
        }
        var length = 0
        for digit in value {
            // Far beyond any limit, and still far from overflow: the number no longer matters.
            if length < 1 << 50 { length = length * 10 + Int(digit - 0x30) }
        }
        head.contentLength = length
    }

    private mutating func acceptTransferEncoding(_ value: UnsafeRawBufferPointer) {
        head.transferCodingCount += 1
        guard head.transferCodingCount == 1 else {
            return fail(.invalid, "Transfer-Encoding was sent twice.")
        }
        guard !ASCII.equalsIgnoringCase(value, "chunked") else { return head.isChunked = true }
        var chunkedAt: Int?
        var isMalformed = false
        var count = 0
        ASCII.forEachElement(of: value) { coding in
            if ASCII.equalsIgnoringCase(coding, "chunked") {
                isMalformed = isMalformed || chunkedAt != nil
                chunkedAt = count
            }
            isMalformed = isMalformed || !(coding.first.map(ByteClass.isToken) ?? false)
            count += 1
            return true
        }
        guard !isMalformed, chunkedAt == nil || chunkedAt == count - 1 else {
            return fail(.invalid, "Transfer-Encoding does not end with a single chunked.")
        }
        fail(.unknownTransferCoding, "The only transfer coding understood here is chunked.")
    }

    private mutating func endHead() {
        guard head.hostCount == 1 || (head.hostCount == 0 && head.minorVersion == 0) else {
            return fail(.invalid, "The request needs exactly one Host field.")
        }
        head.bodyStart = position
        if head.isChunked {
            guard head.contentLength == nil else {
                return fail(.invalid, "Content-Length and Transfer-Encoding exclude each other.")
            }
            guard head.minorVersion == 1 else { return fail(.invalid, "HTTP/1.0 has no Transfer-Encoding.") }
            headerBytes = 0
            phase = .chunkSize
        } else if let length = head.contentLength, length > 0 {
            guard length <= limits.maxBodyBytes else { return fail(.bodyTooLarge, "The body is too large.") }
            phase = .sizedBody
        } else {
            phase = .complete
        }
    }

    // MARK: Chunks

    private mutating func acceptChunkSize(_ line: UnsafeRawBufferPointer) {
        chunkFramingBytes += line.count + 4
        guard chunkFramingBytes <= ParserLimits.maxChunkFramingBytes else {
            return fail(.bodyTooLarge, "The body is cut into too many chunks.")
        }
        var size = 0
        var digits = 0
        while digits < line.count, let value = ByteClass.hexValue(line[digits]) {
            digits += 1
            guard digits <= 8 else { return fail(.invalid, "The size of a chunk has too many digits.") }
            size = size << 4 | Int(value)
        }
        guard digits > 0 else { return fail(.invalid, "The size of a chunk is not a hexadecimal number.") }
        if digits < line.count {
            let extensions = UnsafeRawBufferPointer(rebasing: line[digits...])
            guard extensions[0] == UInt8(ascii: ";"), ByteClass.isFieldValue(extensions) else {
                return fail(.invalid, "The size of a chunk is followed by something that is no extension.")
            }
        }
        guard size > 0 else { return phase = .trailers }
        guard size <= limits.maxBodyBytes - head.bodyLength else {
            return fail(.bodyTooLarge, "The body is too large.")
        }
        chunkRemaining = size
        phase = .chunkData
    }

    private mutating func takeChunkData(_ base: UnsafeMutableRawPointer, count: Int) -> Bool {
        let here = min(chunkRemaining, count - position)
        memmove(base + head.bodyStart + head.bodyLength, base + position, here)
        head.bodyLength += here
        chunkRemaining -= here
        position += here
        scanned = position
        guard chunkRemaining == 0 else { return false }
        phase = .chunkEnd
        return true
    }

    private mutating func takeChunkEnd(_ base: UnsafeMutableRawPointer, count: Int) -> Bool {
        guard count > position else { return false }
        let isBroken =
            base.load(fromByteOffset: position, as: UInt8.self) != 0x0d
            || (count > position + 1 && base.load(fromByteOffset: position + 1, as: UInt8.self) != 0x0a)
        guard !isBroken else {
            fail(.invalid, "A chunk is longer than its size says.")
            return false
        }
        guard count > position + 1 else { return false }
        position += 2
        scanned = position
        phase = .chunkSize
        return true
    }
}
