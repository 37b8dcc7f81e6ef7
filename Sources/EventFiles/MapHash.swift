import Cryptography
import Ticketing

/// Names a seat map by its content: the same seats in the same places have the same name for ever, which is
/// what lets a cache keep a map for a year.
package enum MapHash {
    package static func of(_ seats: [Seat]) throws(InvalidValue) -> ContentHash {
        var hash = SHA256()
        hash.begin()
        for seat in seats { update(&hash, seat) }
        return try ContentHash(String(Cryptography.Base32.encode(hash.finish().bytes).prefix(26)))
    }

    /// Every part ends with a byte that none of them can hold, so two maps never look the same.
    private static func update(_ hash: inout SHA256, _ seat: Seat) {
        let flags = (seat.isAccessible ? "a" : "") + (seat.isBlocked ? "b" : "")
        var line = [seat.id.text, seat.section.text, seat.row, seat.number, seat.priceName, flags].joined(
            separator: "\u{1f}")
        line += "\u{1f}\(seat.x)\u{1f}\(seat.y)\u{1e}"
        line.withUTF8 { hash.update(UnsafeRawBufferPointer($0)) }
    }
}
