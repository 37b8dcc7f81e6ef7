/// Whoever a valid token stands for.
package struct Buyer: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case guest
        /// Known to a partner system that issues its own tokens.
        case account
    }

    package let id: BuyerID
    package let kind: Kind

    package init(id: BuyerID, kind: Kind) {
        self.id = id
        self.kind = kind
    }
}
