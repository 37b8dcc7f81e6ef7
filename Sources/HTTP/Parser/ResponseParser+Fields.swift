import Glibc

/// Status line and header fields of an answer, and what they say about its end.
extension ResponseParser {
    mutating func acceptStatusLine(_ line: UnsafeRawBufferPointer) {
        guard line.count >= 12, memcmp(line.baseAddress!, "HTTP/1.", 7) == 0, ByteClass.isDigit(line[7]),
            line[8] == 0x20, line[9...11].allSatisfy(ByteClass.isDigit), line.count == 12 || line[12] == 0x20,
            ByteClass.isFieldValue(UnsafeRawBufferPointer(rebasing: line[12...]))
        else {
            fail(.invalid, "The answer has no valid status line.")
            return
        }
        statusCode = line[9...11].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        // 101 would hand the connection over to a protocol that nobody asked for.
        guard (100...599).contains(statusCode), statusCode != 101 else {
            fail(.invalid, "The answer has a status that means nothing here.")
            return
        }
        minorVersion = line[7] - UInt8(ascii: "0")
        keepsAlive = minorVersion > 0
        phase = .headers
    }

    mutating func acceptHeader(
        _ line: UnsafeRawBufferPointer, _ base: UnsafeRawPointer, isTrailer: Bool
    ) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            line[..<colon].allSatisfy(ByteClass.isToken)
        else {
            fail(.invalid, "The name of a header field is not valid.")
            return
        }
        let name = UnsafeRawBufferPointer(rebasing: line[..<colon])
        let value = ASCII.trimmed(UnsafeRawBufferPointer(rebasing: line[(colon + 1)...]))
        guard ByteClass.isFieldValue(value) else {
            fail(.invalid, "The value of a header field holds a control character.")
            return
        }
        guard !isTrailer else { return }
        guard headers.count < limits.maxHeaderCount else {
            fail(.headersTooLarge, "There are too many header fields.")
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

    mutating func endHead() {
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
            guard minorVersion > 0 else {
                fail(.invalid, "HTTP/1.0 has no Transfer-Encoding.")
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
}
