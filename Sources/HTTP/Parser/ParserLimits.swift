/// How much of a request is read before it is refused. Every size has an end, so that no peer decides how
/// much memory it takes.
package struct ParserLimits: Sendable, Equatable {
    /// The request line with its CR LF.
    package var maxRequestLineBytes = 8_192
    /// All header lines with their CR LF and the empty line behind them; the same again for trailers.
    package var maxHeaderBytes = 16_384
    package var maxHeaderCount = 64
    package var maxBodyBytes = 16_384

    /// Slots for header fields are part of the parser, so their number has a fixed ceiling.
    package static let mostHeaders = 128
    /// Offsets into a head are kept in 16 bits.
    package static let mostHeadBytes = 65_000
    /// The size line of a chunk, extensions included.
    static let maxChunkLineBytes = 256
    /// What chunked framing may cost beyond the body itself: one-byte chunks cost five bytes each.
    static let maxChunkFramingBytes = 16_384

    package init() {}

    /// Room for any request that is within the limits: an empty line before it, and behind a chunked body one
    /// line that is still incomplete (what was understood of the framing is squeezed out).
    package var bufferBytes: Int {
        2 + maxRequestLineBytes + maxHeaderBytes + maxBodyBytes + max(maxHeaderBytes, Self.maxChunkLineBytes)
    }
}
