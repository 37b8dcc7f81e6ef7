// Requests in one piece and in many: both ways must agree, and no byte past the given ones may be looked at.
// fuzz-sources: Sources/HTTP/Parser/*.swift
// fuzz-weight: 5

import Glibc

/// What is known of a request, as bytes that can be compared.
private struct Outcome: Equatable {
    var code = -1
    var detail: UnsafePointer<UInt8>?
    var method = Method.other
    var parts: [[UInt8]] = []
    var flags: [Bool] = []
    /// How many bytes stand behind the request.
    var behind = 0

    init(_ parser: RequestParser, _ progress: RequestParser.Progress, _ bytes: UnsafeRawBufferPointer) {
        switch progress {
        case .needsMore: code = 0
        case .complete:
            code = 1
            let head = parser.head
            method = head.method
            parts = [Array(bytes[head.path]), head.query.map { Array(bytes[$0]) } ?? [0xff]]
            for index in 0..<head.headerCount {
                let (name, value) = head.header(at: index, in: bytes.baseAddress!)
                parts += [Array(name), Array(value)]
            }
            parts.append(Array(bytes[head.bodyStart..<head.bodyStart + head.bodyLength]))
            flags = [head.keepsAlive, head.expectsContinue, head.isChunked, parser.isHeadComplete]
            behind = bytes.count - parser.consumed
        case .failed(let failure):
            code = 2
            detail = failure.detail.utf8Start
        }
    }
}

/// Bytes in an allocation of exactly their size, so that the address sanitizer sees a look past the end.
private final class Exact {
    var base: UnsafeMutableRawPointer
    var count: Int

    init(_ bytes: UnsafeRawBufferPointer) {
        count = bytes.count
        base = .allocate(byteCount: count, alignment: 1)
        if count > 0 { memcpy(base, bytes.baseAddress!, count) }
    }

    deinit { base.deallocate() }

    /// The first `kept` bytes, then these.
    func extend(kept: Int, by bytes: UnsafeRawBufferPointer) {
        let larger = UnsafeMutableRawPointer.allocate(byteCount: kept + bytes.count, alignment: 1)
        memcpy(larger, base, kept)
        if bytes.count > 0 { memcpy(larger + kept, bytes.baseAddress!, bytes.count) }
        base.deallocate()
        base = larger
        count = kept + bytes.count
    }

    var view: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
}

private func limits(_ choice: UInt8) -> ParserLimits {
    var limits = ParserLimits()
    guard choice & 1 == 1 else { return limits }
    limits.maxRequestLineBytes = 40
    limits.maxHeaderBytes = 64
    limits.maxHeaderCount = 4
    limits.maxBodyBytes = 16
    return limits
}

private func whole(_ bytes: UnsafeRawBufferPointer, _ limits: ParserLimits) -> Outcome {
    let exact = Exact(bytes)
    var parser = RequestParser(limits: limits)
    let progress = parser.advance(exact.base, count: exact.count)
    return Outcome(parser, progress, exact.view)
}

private func inPieces(
    _ bytes: UnsafeRawBufferPointer, _ limits: ParserLimits, _ random: inout UInt64, compacting: Bool
) -> Outcome {
    let exact = Exact(UnsafeRawBufferPointer(start: bytes.baseAddress, count: 0))
    var parser = RequestParser(limits: limits)
    var fed = 0
    var progress = RequestParser.Progress.needsMore
    var kept = 0
    while fed < bytes.count, progress == .needsMore {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let size = random >> 60 == 0 ? bytes.count : Int(random >> 40 % 12) + 1
        let end = min(fed + size, bytes.count)
        exact.extend(kept: kept, by: UnsafeRawBufferPointer(rebasing: bytes[fed..<end]))
        fed = end
        progress = parser.advance(exact.base, count: exact.count)
        kept = exact.count
        if compacting, progress == .needsMore { kept = parser.compact(exact.base, count: exact.count) }
    }
    if progress == .complete {
        // What was not fed stands behind the request as well.
        exact.extend(kept: exact.count, by: UnsafeRawBufferPointer(rebasing: bytes[fed...]))
    }
    return Outcome(parser, progress, exact.view)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    guard size > 1, let data else { return 0 }
    var bytes = UnsafeRawBufferPointer(start: data + 1, count: size - 1)
    let limits = limits(data[0])
    var random = UInt64(data[0]) &+ UInt64(size) << 8
    // Requests that stand behind each other are read one after the other.
    for _ in 0..<8 {
        let expected = whole(bytes, limits)
        for compacting in [false, true] {
            for _ in 0..<2 {
                let got = inPieces(bytes, limits, &random, compacting: compacting)
                precondition(got == expected, "the pieces were read as something else")
            }
        }
        guard expected.code == 1, expected.behind > 0 else { break }
        bytes = UnsafeRawBufferPointer(rebasing: bytes[(bytes.count - expected.behind)...])
    }
    return 0
}
