import Cryptography
import Ticketing

/// A token as it is handed to a buyer.
package struct BuyerToken: Sendable {
    package let text: String
    package let buyer: Buyer
    package let expiresAt: Timestamp
}

/// Makes buyer tokens with the newest key: `v1.KEY.CLAIMS.CODE`, the last two in base64url.
///
/// Each owner, usually a loop, has its own.
package final class TokenSigner {
    static let version = "v1"

    private let keyName: String
    private let clock: any WallClock
    private var hmac: HMACSHA256

    package init(keys: TokenKeys, clock: any WallClock) {
        keyName = String(decoding: keys.newest.name, as: UTF8.self)
        hmac = HMACSHA256(key: keys.newest.secret)
        self.clock = clock
    }

    /// Good from now on for so long.
    package func issue(buyer: Buyer, lifetimeSeconds: Int) -> BuyerToken {
        let expiresAt = clock.now().adding(seconds: lifetimeSeconds)
        let claims = TokenClaims(buyer: buyer, expiresAt: expiresAt)
        let signed = "\(Self.version).\(keyName).\(Base64.url.encode(claims.encoded()))"
        let code = hmac.code(for: Array(signed.utf8)).withBytes { Base64.url.encode($0) }
        return BuyerToken(text: "\(signed).\(code)", buyer: buyer, expiresAt: expiresAt)
    }
}
