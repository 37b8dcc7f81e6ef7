/// Base32 text packed to five bits a character, in such a way that packed bytes stand in the same order as
/// the texts: pages by id need no column of their own to sort by.
///
/// `Base32` cannot be used for that: its alphabet puts `a` before `2`, text order puts `2` before `a`.
struct CompactText {
    let firstLetter: UInt8

    /// As intent ids have it.
    static let lower = CompactText(firstLetter: UInt8(ascii: "a"))
    /// As order numbers have it.
    static let upper = CompactText(firstLetter: UInt8(ascii: "A"))

    /// Nil when a character is no base32 digit.
    func pack(_ text: UnsafeBufferPointer<UInt8>, capacity: Int) -> [UInt8]? {
        var packed: [UInt8] = []
        packed.reserveCapacity(capacity)
        var pending: UInt32 = 0
        var pendingBits: UInt32 = 0
        for character in text {
            guard let value = value(of: character) else { return nil }
            pending = (pending << 5) | UInt32(value)
            pendingBits += 5
            guard pendingBits >= 8 else { continue }
            pendingBits -= 8
            packed.append(UInt8(truncatingIfNeeded: pending >> pendingBits))
        }
        if pendingBits > 0 { packed.append(UInt8(truncatingIfNeeded: pending << (8 - pendingBits))) }
        return packed
    }

    /// The first `count` characters that were packed.
    func unpack(_ packed: UnsafeRawBufferPointer, count: Int, into text: inout [UInt8]) {
        var pending: UInt32 = 0
        var pendingBits: UInt32 = 0
        var next = 0
        for _ in 0..<count {
            if pendingBits < 5 {
                pending = (pending << 8) | UInt32(next < packed.count ? packed[next] : 0)
                next += 1
                pendingBits += 8
            }
            pendingBits -= 5
            text.append(character(of: UInt8(truncatingIfNeeded: pending >> pendingBits) & 31))
        }
    }

    private func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "2")...UInt8(ascii: "7"): character - UInt8(ascii: "2")
        case firstLetter...(firstLetter + 25): character - firstLetter + 6
        default: nil
        }
    }

    private func character(of value: UInt8) -> UInt8 {
        value < 6 ? UInt8(ascii: "2") + value : firstLetter + value - 6
    }
}
