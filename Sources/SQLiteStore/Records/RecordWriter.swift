import Ticketing

/// Writes values one after the other into bytes that `RecordReader` reads back in the same order.
///
/// Numbers take as few bytes as they need, so that a record is hardly longer than the text in it.
struct RecordWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func write(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Small numbers of either sign stay small.
    mutating func write(_ number: Int64) {
        write(UInt64(bitPattern: (number << 1) ^ (number >> 63)))
    }

    mutating func write(_ number: Int) { write(Int64(number)) }

    mutating func write(_ moment: Timestamp) { write(moment.msSinceEpoch) }

    mutating func write(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

    mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { characters in
            write(UInt64(characters.count))
            bytes.append(contentsOf: characters)
        }
    }

    mutating func write(_ blob: [UInt8]) {
        write(UInt64(blob.count))
        bytes.append(contentsOf: blob)
    }

    mutating func write(_ money: Money) {
        write(money.currency.code)
        write(money.minorUnits)
    }
}
