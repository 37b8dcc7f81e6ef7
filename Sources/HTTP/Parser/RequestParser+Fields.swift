/// The header fields, and what they say about the end of the request.
extension RequestParser {
    mutating func acceptHeader(
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
            guard HostName.isValid(value) else { return fail(.invalid, "The Host field is not valid.") }
        case 6 where ASCII.equalsIgnoringCase(name, "expect"):
            if ASCII.equalsIgnoringCase(value, "100-continue") { head.expectsContinue = true }
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
        // RFC 9112 section 6.3: without chunked at the end nobody knows where the body ends.
        guard !isMalformed, chunkedAt == count - 1 else {
            return fail(.invalid, "Transfer-Encoding does not end with a single chunked.")
        }
        fail(.unknownTransferCoding, "The only transfer coding understood here is chunked.")
    }

    mutating func endHead() {
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
}
