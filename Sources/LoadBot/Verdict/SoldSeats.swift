import Cryptography
import JSON

/// Which seats of an event stand in confirmed orders of a run: a bit a seat, in the order of the map, so that shards can be
/// held against each other.
package struct SoldSeats: Equatable, Sendable {
    package let event: String
    private var bits: [UInt8]

    package init(event: String, capacity: Int) {
        self.event = event
        bits = [UInt8](repeating: 0, count: (capacity + 7) / 8)
    }

    package mutating func note(_ place: Int) {
        guard 0..<bits.count * 8 ~= place else { return }
        bits[place / 8] |= 1 << UInt8(place % 8)
    }

    package var places: [Int] { (0..<bits.count * 8).filter { bits[$0 / 8] >> UInt8($0 % 8) & 1 == 1 } }

    /// Takes the other's seats as well, and says which both have.
    package mutating func add(_ other: SoldSeats) -> [Int] {
        var both = SoldSeats(event: event, capacity: 0)
        both.bits = zip(bits, other.bits).map { $0 & $1 }
        if bits.count < other.bits.count { bits += other.bits[bits.count...].map { _ in 0 } }
        for (index, more) in other.bits.enumerated() { bits[index] |= more }
        return both.places
    }

    init?(_ value: JSONValue) {
        guard let event = value["event"]?.string, let text = value["bits"]?.string,
            let bits = Base64.standard.decode(text)
        else { return nil }
        self.event = event
        self.bits = bits
    }

    func write(to writer: inout JSONWriter) {
        writer.member("event", event)
        bits.withUnsafeBytes { writer.member("bits", base64: $0) }
    }
}
