import HTTP
import Ticketing

/// Tells who sends a request, and whether this buyer may send one more.
///
/// Each loop has its own; what a buyer has sent is counted for the process.
final class Admission {
    private let verifier: TokenVerifier
    private let rate: RateLimit<BuyerID>
    private let clock: any WallClock

    init(verifier: TokenVerifier, rate: RateLimit<BuyerID>, clock: any WallClock) {
        self.verifier = verifier
        self.rate = rate
        self.clock = clock
    }

    func buyer(of request: borrowing Request) throws(Problem) -> Buyer {
        let now = clock.now()
        guard let credentials = request.header("authorization"),
            let token = Self.bearerToken(credentials)
        else { throw .tokenRequired }
        guard request.headerCount("authorization") == 1 else {
            throw .tokenInvalid("Send one Authorization header, not several.")
        }
        let buyer: Buyer
        do throws(TokenRefusal) {
            buyer = try verifier.buyer(of: token, now: now)
        } catch {
            switch error {
            case .invalid: throw .tokenInvalid("Get a token from this service and send it unchanged.")
            case .expired: throw .tokenInvalid("The token has expired; get a new one.")
            }
        }
        if let delayMs = rate.delayMs(for: buyer.id, now: now) { throw .rateLimited(delayMs: delayMs) }
        return buyer
    }

    /// Nil for other schemes: to them a bearer token is what is missing.
    private static func bearerToken(_ credentials: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let scheme: StaticString = "bearer "
        guard credentials.count > scheme.utf8CodeUnitCount else { return nil }
        for index in 0..<scheme.utf8CodeUnitCount {
            guard ASCIICase.lower(credentials[index]) == scheme.utf8Start[index] else { return nil }
        }
        let token = credentials.dropFirst(scheme.utf8CodeUnitCount).drop { $0 == UInt8(ascii: " ") }
        return token.isEmpty ? nil : UnsafeRawBufferPointer(rebasing: token)
    }
}
