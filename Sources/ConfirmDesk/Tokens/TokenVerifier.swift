import Cryptography
import Ticketing

/// Why a token is not accepted. Two words are enough: more would help only who forges.
enum TokenRefusal: Error {
    case invalid
    case expired
}

/// Tells from a token alone who sends it, with every key of the deployment.
///
/// Each owner, usually a loop, has its own.
package final class TokenVerifier {
    private final class Key {
        let name: [UInt8]
        var hmac: HMACSHA256

        init(_ key: TokenKey) {
            name = key.name
            hmac = HMACSHA256(key: key.secret)
        }
    }

    /// Longer than any token that was ever issued.
    private static let maxLength = 512
    private static let dot = UInt8(ascii: ".")

    private let keys: [Key]

    package init(keys: TokenKeys) { self.keys = keys.all.map { Key($0) } }

    func buyer(of token: UnsafeRawBufferPointer, now: Timestamp) throws(TokenRefusal) -> Buyer {
        guard let dots = Self.dots(in: token), token[..<dots.0].elementsEqual(TokenSigner.version.utf8),
            let key = keys.first(where: { $0.name.elementsEqual(token[(dots.0 + 1)..<dots.1]) }),
            let code = Base64.url.decode(UnsafeRawBufferPointer(rebasing: token[(dots.2 + 1)...]))
        else { throw .invalid }
        let signed = UnsafeRawBufferPointer(rebasing: token[..<dots.2])
        // The code first: what nobody has signed is not read.
        guard code.withUnsafeBytes({ key.hmac.isValid($0, for: signed) }),
            let payload = Base64.url.decode(UnsafeRawBufferPointer(rebasing: token[(dots.1 + 1)..<dots.2])),
            let claims = TokenClaims(encoded: payload)
        else { throw .invalid }
        guard now < claims.expiresAt else { throw .expired }
        return claims.buyer
    }

    /// Where the three dots stand; nil when they are not three.
    private static func dots(in token: UnsafeRawBufferPointer) -> (Int, Int, Int)? {
        guard token.count <= maxLength else { return nil }
        var places = (0, 0, 0)
        var found = 0
        for index in 0..<token.count where token[index] == dot {
            switch found {
            case 0: places.0 = index
            case 1: places.1 = index
            case 2: places.2 = index
            default: return nil
            }
            found += 1
        }
        return found == 3 ? places : nil
    }
}
