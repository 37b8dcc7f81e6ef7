// Answers in one piece and in many: both ways must agree, and no byte past the given ones may be looked at.
// fuzz-sources: Sources/HTTP/Parser/*.swift

import Glibc

private struct Outcome: Equatable {
    var code = -1
    var detail: UnsafePointer<UInt8>?
    var status = 0
    var parts: [[UInt8]] = []
    var keepsAlive = false
    var behind = 0

    init(_ parser: ResponseParser, _ progress: ResponseParser.Progress, _ bytes: UnsafeRawBufferPointer) {
        switch progress {
        case .needsMore: code = 0
        case .complete:
            code = 1
            status = parser.statusCode
            for header in parser.headers { parts += [Array(bytes[header.name]), Array(bytes[header.value])] }
            parts.append(Array(bytes[parser.bodyStart..<parser.bodyStart + parser.bodyLength]))
            keepsAlive = parser.keepsAlive
            behind = bytes.count - parser.consumed
        case .failed(let failure):
            code = 2
            detail = failure.detail.utf8Start
        }
    }
}

/// Feeds pieces of these sizes, each time in an allocation of exactly what there is.
private func parse(
    _ bytes: UnsafeRawBufferPointer, _ choice: UInt8, compacting: Bool, sizes: () -> Int
) -> Outcome {
    var limits = ParserLimits()
    if choice & 1 == 1 {
        limits.maxHeaderBytes = 80
        limits.maxHeaderCount = 4
        limits.maxBodyBytes = 16
    }
    var parser = ResponseParser(limits: limits, isAnswerToHead: choice & 2 == 2)
    var base = UnsafeMutableRawPointer.allocate(byteCount: 0, alignment: 1)
    defer { base.deallocate() }
    var count = 0
    var fed = 0
    var progress = ResponseParser.Progress.needsMore
    func extend(to end: Int) {
        let larger = UnsafeMutableRawPointer.allocate(byteCount: count + end - fed, alignment: 1)
        memcpy(larger, base, count)
        if end > fed { memcpy(larger + count, bytes.baseAddress! + fed, end - fed) }
        base.deallocate()
        base = larger
        count += end - fed
        fed = end
    }
    while fed < bytes.count, progress == .needsMore {
        extend(to: min(fed + sizes(), bytes.count))
        progress = parser.advance(base, count: count)
        if compacting, progress == .needsMore { count = parser.compact(base, count: count) }
    }
    if progress == .needsMore, choice & 4 == 4 { progress = parser.advanceToEnd() }
    if progress == .complete { extend(to: bytes.count) }
    return Outcome(parser, progress, UnsafeRawBufferPointer(start: base, count: count))
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    guard size > 1, let data else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: data + 1, count: size - 1)
    let expected = parse(bytes, data[0], compacting: false) { bytes.count }
    var random = UInt64(data[0]) &+ UInt64(size) << 8
    for compacting in [false, true, false, true] {
        let got = parse(bytes, data[0], compacting: compacting) {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return random >> 60 == 0 ? bytes.count : Int(random >> 40 % 12) + 1
        }
        precondition(got == expected, "the pieces were read as something else")
    }
    return 0
}
