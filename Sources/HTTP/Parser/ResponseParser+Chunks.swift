import Glibc

/// A chunked body, put together in place behind the head.
extension ResponseParser {
    mutating func acceptChunkSize(_ line: UnsafeRawBufferPointer) {
        let size: Int
        do throws(ParseFailure) {
            size = try ChunkLine.size(line)
        } catch {
            fail(error.code, error.detail)
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

    mutating func takeChunkData(_ base: UnsafeMutableRawPointer, _ count: Int) -> Bool {
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

    mutating func takeChunkEnd(_ base: UnsafeMutableRawPointer, _ count: Int) -> Bool {
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
