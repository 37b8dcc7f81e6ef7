import Cryptography
import JSON
import Ticketing

/// What a token says: who the buyer is, for whom it was made and until when it is good.
struct TokenClaims {
    /// A token that another service of the same owner signed with the same key is not one for here.
    static let audience = "ticket/confirm"

    let buyer: Buyer
    let expiresAt: Timestamp

    func encoded() -> [UInt8] {
        var writer = JSONWriter(capacity: 160)
        writer.object { writer in
            writer.member("aud", Self.audience)
            writer.member("sub", buyer.id.text)
            writer.member("kind", buyer.kind.rawValue)
            writer.member("expMs", expiresAt.msSinceEpoch)
        }
        return writer.bytes
    }

    /// Nil for anything that is not a claim for here, however well it is signed.
    init?(encoded bytes: [UInt8]) {
        var buyerID: BuyerID?
        var kind: Buyer.Kind?
        var expiresAt: Timestamp?
        var isForHere = false
        let isRead: Void? = try? JSONReader.read(bytes) { reader throws(JSONError) in
            try reader.object { key, reader throws(JSONError) in
                switch key {
                case "aud": isForHere = try reader.string() == Self.audience
                case "sub": buyerID = try? BuyerID(try reader.string())
                case "kind": kind = Buyer.Kind(rawValue: try reader.string())
                case "expMs": expiresAt = Timestamp(msSinceEpoch: try reader.integer())
                default: throw reader.unknownMember()
                }
            }
        }
        guard isRead != nil, isForHere, let buyerID, let kind, let expiresAt else { return nil }
        self.init(buyer: Buyer(id: buyerID, kind: kind), expiresAt: expiresAt)
    }

    init(buyer: Buyer, expiresAt: Timestamp) {
        self.buyer = buyer
        self.expiresAt = expiresAt
    }
}
