import Ticketing

/// Order numbers and attempts as the store keeps them, so that one index serves both.
///
/// An order's number is derived from its attempt: base32 of the first ten bytes. The inbox is kept by those
/// ten bytes, recoded so that they stand in the order of the numbers, and the attempt's other six. It so
/// finds an attempt, an order by its number, and the orders by number; a second index over all orders would
/// cost a random page with every purchase.
enum OrderKey {
    static let numberBytes = 10
    private static let groupLength = 4

    static func bytes(_ number: OrderNumber) -> [UInt8] {
        let digits = number.text.utf8.filter { $0 != UInt8(ascii: "-") }
        return digits.withUnsafeBufferPointer { digits in
            guard let packed = CompactText.upper.pack(digits, capacity: Attempt.byteCount) else {
                preconditionFailure("an order number is base32 by its own check")
            }
            return packed
        }
    }

    static func bytes(_ attempt: Attempt) -> [UInt8] {
        let raw = attempt.bytes
        var key: [UInt8] = []
        key.reserveCapacity(Attempt.byteCount)
        for half in 0..<2 {
            // Eight groups of five bits a half; base32 gives its values 26 to 31 the digits that sort first.
            var bits: UInt64 = 0
            for byte in raw[(half * 5)..<(half * 5 + 5)] { bits = (bits << 8) | UInt64(byte) }
            var recoded: UInt64 = 0
            for group in (0..<8).reversed() {
                let value = (bits >> UInt64(group * 5)) & 31
                recoded = (recoded << 5) | (value < 26 ? value + 6 : value - 26)
            }
            for byte in (0..<5).reversed() {
                key.append(UInt8(truncatingIfNeeded: recoded >> UInt64(byte * 8)))
            }
        }
        key.append(contentsOf: raw[numberBytes...])
        return key
    }

    static func number(_ bytes: UnsafeRawBufferPointer) throws(PortError) -> OrderNumber {
        guard bytes.count >= numberBytes else {
            throw PortError(.corrupt, "a stored order number is too short")
        }
        var digits: [UInt8] = []
        CompactText.upper.unpack(bytes, count: 16, into: &digits)
        var text: [UInt8] = []
        for (position, digit) in digits.enumerated() {
            if position > 0, position % groupLength == 0 { text.append(UInt8(ascii: "-")) }
            text.append(digit)
        }
        do {
            return try OrderNumber(String(decoding: text, as: UTF8.self))
        } catch {
            throw PortError(.corrupt, "a stored order number does not make sense", cause: error)
        }
    }
}
