import ConfirmDesk
import Cryptography
import Ticketing

/// Makes tokens for guests as `POST /confirm/buyer` does, for an operator who has the key.
struct GuestTokens {
    private static let idBytes = 16

    private let signer: TokenSigner

    init(keys: TokenKeys, clock: any WallClock) {
        signer = TokenSigner(keys: keys, clock: clock)
    }

    /// For a new guest, whom nobody can guess.
    func issue(lifetimeSeconds: Int) -> BuyerToken {
        let id = BuyerID(validText: "b_" + Cryptography.Base32.encode(SecureRandom.bytes(Self.idBytes)))
        return signer.issue(buyer: Buyer(id: id, kind: .guest), lifetimeSeconds: lifetimeSeconds)
    }

    /// For an account that a partner knows under this name.
    func issue(account: BuyerID, lifetimeSeconds: Int) -> BuyerToken {
        signer.issue(buyer: Buyer(id: account, kind: .account), lifetimeSeconds: lifetimeSeconds)
    }
}
