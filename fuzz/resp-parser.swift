// Answers of a Redis server in one piece and in many: both ways must agree, no byte past the given ones may be looked
// at, and what was read can be made into a value.
// fuzz-sources: Sources/Redis/RESP/*.swift

private struct Outcome: Equatable {
    var failure: UnsafePointer<UInt8>?
    var values: [RESPValue] = []
    var end = 0
}

/// Feeds pieces of these sizes, each time in an allocation of exactly what there is.
private func parse(_ bytes: UnsafeRawBufferPointer, _ choice: UInt8, sizes: () -> Int) -> Outcome {
    var limits = RESPLimits()
    if choice & 1 == 1 {
        limits.maxLineBytes = 12
        limits.maxBulkBytes = 16
        limits.maxElements = 10
        limits.maxDepth = 3
    }
    var parser = RESPParser(limits: limits)
    var outcome = Outcome()
    var fed = 0
    while fed < bytes.count {
        fed = min(fed + sizes(), bytes.count)
        let exact = UnsafeMutableRawBufferPointer.allocate(byteCount: fed, alignment: 1)
        defer { exact.deallocate() }
        exact.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<fed]))
        var isMore = true
        while isMore {
            switch parser.advance(UnsafeRawPointer(exact.baseAddress!), count: fed) {
            case .needsMore: isMore = false
            case .failed(let failure):
                outcome.failure = failure.detail.utf8Start
                return outcome
            case .complete:
                precondition(parser.position <= fed && parser.position > outcome.end)
                outcome.values.append(RESPReply(UnsafeRawPointer(exact.baseAddress!), parser.tokens).value)
                outcome.end = parser.position
                parser.begin(at: parser.position)
            }
        }
    }
    return outcome
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    guard size > 1, let data else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: data + 1, count: size - 1)
    let expected = parse(bytes, data[0]) { bytes.count }
    var random = UInt64(data[0]) &+ UInt64(size) << 8
    for _ in 0..<3 {
        let got = parse(bytes, data[0]) {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return random >> 60 == 0 ? bytes.count : Int(random >> 40 % 12) + 1
        }
        precondition(got == expected, "the pieces were read as something else")
    }
    return 0
}
