import Glibc

/// A chunked body, put together in place behind the head.
extension RequestParser {
    mutating func acceptChunkSize(_ line: UnsafeRawBufferPointer) {
        chunkFramingBytes += line.count + 4
        guard chunkFramingBytes <= ParserLimits.maxChunkFramingBytes else {
            return fail(.bodyTooLarge, "The body is cut into too many chunks.")
        }
        let size: Int
        do throws(ParseFailure) {
            size = try ChunkLine.size(line)
        } catch {
            return fail(error.code, error.detail)
        }
        guard size > 0 else { return phase = .trailers }
        guard size <= limits.maxBodyBytes - head.bodyLength else {
            return fail(.bodyTooLarge, "The body is too large.")
        }
        chunkRemaining = size
        phase = .chunkData
    }

    mutating func takeChunkData(_ base: UnsafeMutableRawPointer, count: Int) -> Bool {
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

    mutating func takeChunkEnd(_ base: UnsafeMutableRawPointer, count: Int) -> Bool {
        switch ChunkEnd.look(in: base, at: position, count: count) {
        case .notYet: return false
        case .missing:
            fail(.invalid, "A chunk is longer than its size says.")
            return false
        case .found:
            position += 2
            scanned = position
            phase = .chunkSize
            return true
        }
    }
}
