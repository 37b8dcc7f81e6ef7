import Cryptography
import Ticketing

/// Turns a buyer's key into the intent's id and a request's values into their fingerprint.
///
/// Each owner, usually a loop, has its own: it hashes in a context that cannot be shared.
final class PurchaseIdentity {
    /// Part of every id, so that a key used on another route one day is another key.
    private static let route = Array("POST /confirm/payment-intent\n".utf8)

    private var hash = SHA256()
    private var scratch: [UInt8] = []

    /// Neither an account nor the route has a line feed, so no two triples are the same bytes.
    func intentID(buyer: BuyerID, key: IdempotencyKey) throws(InvalidValue) -> IntentID {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: buyer.text.utf8)
        scratch.append(UInt8(ascii: "\n"))
        scratch.append(contentsOf: Self.route)
        scratch.append(contentsOf: key.text.utf8)
        return try IntentID("pi_" + hash.digest(scratch).withBytes { Cryptography.Base32.encode($0) })
    }

    /// Over the values alone: neither white space nor the order of members or seats is in it. Every value is
    /// preceded by its length, so that no two requests are the same bytes.
    func fingerprint(of request: PurchaseRequest) throws(InvalidValue) -> IdempotencyFingerprint {
        scratch.removeAll(keepingCapacity: true)
        append(request.event.text)
        append(request.payment.name)
        append(request.payment.token)
        for seat in request.seats.count > 1 ? request.seats.sorted() : request.seats { append(seat.text) }
        return try IdempotencyFingerprint(bytes: hash.digest(scratch).bytes)
    }

    private func append(_ text: String) {
        let count = UInt16(truncatingIfNeeded: text.utf8.count)
        scratch.append(UInt8(truncatingIfNeeded: count >> 8))
        scratch.append(UInt8(truncatingIfNeeded: count))
        scratch.append(contentsOf: text.utf8)
    }
}
