/// Decimal digits written straight into memory: `String(number)` would allocate and copy for each of them.
package enum DecimalDigits {
    /// Writes at most 20 digits and returns how many.
    package static func write(_ value: UInt64, into memory: UnsafeMutableRawPointer) -> Int {
        let count = self.count(value)
        var rest = value
        var index = count
        while rest >= 100 {
            let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
            index -= 2
            writePair(UInt8(truncatingIfNeeded: pair), into: memory + index)
            rest = quotient
        }
        if rest >= 10 {
            writePair(UInt8(truncatingIfNeeded: rest), into: memory)
        } else {
            memory.storeBytes(of: UInt8(truncatingIfNeeded: rest) + 48, as: UInt8.self)
        }
        return count
    }

    /// Writes a number given in thousandths, without trailing zeros: 12500 as `12.5`. At most 21 bytes.
    static func write(thousandths value: Int64, into memory: UnsafeMutableRawPointer) -> Int {
        var count = 0
        if value < 0 {
            memory.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
            count = 1
        }
        let (whole, fraction) = value.magnitude.quotientAndRemainder(dividingBy: 1000)
        count += write(whole, into: memory + count)
        guard fraction > 0 else { return count }
        memory.storeBytes(of: UInt8(ascii: "."), toByteOffset: count, as: UInt8.self)
        var rest = UInt16(truncatingIfNeeded: fraction)
        var place: UInt16 = 100
        while rest > 0 {
            count += 1
            memory.storeBytes(
                of: UInt8(truncatingIfNeeded: rest / place) + 48, toByteOffset: count, as: UInt8.self)
            rest %= place
            place /= 10
        }
        return count + 1
    }

    private static func count(_ value: UInt64) -> Int {
        var count = 1
        var limit: UInt64 = 10
        while value >= limit {
            count += 1
            // The next power of ten does not fit: the number has all 20 digits.
            guard count < 20 else { return 20 }
            limit &*= 10
        }
        return count
    }

    private static func writePair(_ pair: UInt8, into memory: UnsafeMutableRawPointer) {
        let (tens, ones) = pair.quotientAndRemainder(dividingBy: 10)
        memory.storeBytes(of: tens + 48, as: UInt8.self)
        memory.storeBytes(of: ones + 48, toByteOffset: 1, as: UInt8.self)
    }
}
