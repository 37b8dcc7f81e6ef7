import Cryptography
import Ticketing

/// Checks tickets at the door with nothing but public keys: no network, no list.
///
/// It says that we sold the seat, not that nobody has come in with it before.
package struct TicketScanner: ~Copyable {
    package struct Admission: Hashable, Sendable {
        package let seat: SeatID
        package let order: OrderNumber
    }

    private let event: EventID
    private var key: Ed25519PublicKey

    package init(event: EventID, publicKey: [UInt8]) throws(InvalidValue) {
        guard let key = Ed25519PublicKey(publicKey) else {
            throw InvalidValue(
                .badForm, field: "public key", message: "must have \(Ed25519PublicKey.length) bytes")
        }
        self.event = event
        self.key = key
    }

    /// Nil when we did not sign this code for this event.
    package mutating func admission(_ text: String) -> Admission? {
        guard text.utf8.count <= TicketCode.maxLength, text.hasPrefix(TicketContent.prefix),
            let bytes = Base64.url.decode(Array(text.utf8.dropFirst(TicketContent.prefix.utf8.count))),
            bytes.count > Ed25519PublicKey.signatureLength,
            let content = TicketContent(bytes.dropLast(Ed25519PublicKey.signatureLength)),
            key.isValid(
                Array(bytes.suffix(Ed25519PublicKey.signatureLength)), for: content.signedBytes(event)),
            let order = content.orderNumber
        else { return nil }
        return Admission(seat: content.seat, order: order)
    }
}
