import Glibc

/// The few places of an answer that the generator looks at, found without reading the rest as JSON. Every answer is
/// checked as JSON by the verdict; here a field that is not where it is expected is just not there.
enum AnswerReading {
    /// The text behind `"name":"` up to the next quote, in the first bytes of a body.
    static func text(_ name: StaticString, in body: UnsafeRawBufferPointer, within limit: Int = 256)
        -> UnsafeRawBufferPointer?
    {
        let count = min(body.count, limit)
        let wanted = name.utf8CodeUnitCount
        guard count > wanted, let base = body.baseAddress, let found = place(of: name, in: base, count)
        else { return nil }
        let start = found + wanted
        guard let end = memchr(base + start, 0x22, body.count - start) else { return nil }
        return UnsafeRawBufferPointer(rebasing: body[start..<(UnsafeRawPointer(end) - base)])
    }

    private static func place(of name: StaticString, in base: UnsafeRawPointer, _ count: Int) -> Int? {
        let wanted = name.utf8CodeUnitCount
        var place = 0
        while place + wanted <= count {
            guard let next = memchr(base + place, Int32(name.utf8Start[0]), count - wanted + 1 - place) else {
                return nil
            }
            place = UnsafeRawPointer(next) - base
            if memcmp(next, name.utf8Start, wanted) == 0 { return place }
            place += 1
        }
        return nil
    }

    static func intentID(_ body: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let id = text("\"id\":\"", in: body), 1...128 ~= id.count,
            id.allSatisfy({ 0x21...0x7e ~= $0 && $0 != 0x2f })
        else { return nil }
        return Array(id)
    }

    /// Where this is longer than expected, polls go on with the full state.
    static func version(_ body: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let version = text("\"version\":\"", in: body), 1...128 ~= version.count,
            version.allSatisfy({ isUnreserved($0) })
        else { return nil }
        return Array(version)
    }

    static func serverTime(_ body: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        text("\"serverTime\":\"", in: body, within: .max)
    }

    /// What may stand in a query as it is.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: true
        default: false
        }
    }
}
