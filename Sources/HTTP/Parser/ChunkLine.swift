/// The line before a chunk (RFC 9112 section 7.1): a size in hexadecimal, then extensions, which mean nothing
/// here but must be well-formed: what two readers could read in two ways is refused.
enum ChunkLine {
    static func size(_ line: UnsafeRawBufferPointer) throws(ParseFailure) -> Int {
        var size = 0
        var digits = 0
        while digits < line.count, let value = ByteClass.hexValue(line[digits]) {
            digits += 1
            guard digits <= 8 else {
                throw ParseFailure(.invalid, "The size of a chunk has too many digits.")
            }
            size = size << 4 | Int(value)
        }
        guard digits > 0 else {
            throw ParseFailure(.invalid, "The size of a chunk is not a hexadecimal number.")
        }
        guard digits == line.count || areExtensions(line, from: digits) else {
            throw ParseFailure(.invalid, "The size of a chunk is followed by something that is no extension.")
        }
        return size
    }

    /// `*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )`
    private static func areExtensions(_ line: UnsafeRawBufferPointer, from start: Int) -> Bool {
        var index = start
        while index < line.count {
            skipBlanks(line, &index)
            guard take(UInt8(ascii: ";"), line, &index) else { return false }
            skipBlanks(line, &index)
            guard takeToken(line, &index) else { return false }
            // Blanks belong to what follows them: at the end of the line there is nothing they could belong to.
            var value = index
            skipBlanks(line, &value)
            guard take(UInt8(ascii: "="), line, &value) else { continue }
            skipBlanks(line, &value)
            guard takeQuoted(line, &value) || takeToken(line, &value) else { return false }
            index = value
        }
        return true
    }

    private static func skipBlanks(_ line: UnsafeRawBufferPointer, _ index: inout Int) {
        while index < line.count, ASCII.isBlank(line[index]) { index += 1 }
    }

    private static func take(_ byte: UInt8, _ line: UnsafeRawBufferPointer, _ index: inout Int) -> Bool {
        guard index < line.count, line[index] == byte else { return false }
        index += 1
        return true
    }

    private static func takeToken(_ line: UnsafeRawBufferPointer, _ index: inout Int) -> Bool {
        let start = index
        while index < line.count, ByteClass.isToken(line[index]) { index += 1 }
        return index > start
    }

    private static func takeQuoted(_ line: UnsafeRawBufferPointer, _ index: inout Int) -> Bool {
        guard take(UInt8(ascii: "\""), line, &index) else { return false }
        while index < line.count {
            let byte = line[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return true }
            guard byte >= 0x20 || byte == 0x09, byte != 0x7f else { return false }
            guard byte == UInt8(ascii: "\\") else { continue }
            guard index < line.count, line[index] >= 0x20 || line[index] == 0x09, line[index] != 0x7f else {
                return false
            }
            index += 1
        }
        return false
    }
}
