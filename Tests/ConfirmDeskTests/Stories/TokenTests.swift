import Cryptography
import HTTP
import JSON
import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

@DeskLoop
@Suite("A token", .timeLimit(.minutes(1)))
struct TokenTests {
    private static let old = TokenKey(secret: Array("the secret that was used before this".utf8))!
    private static let new = TokenKey(secret: Array("the secret that is used from now on".utf8))!
    private static let ana = Buyer(id: .named("ana"), kind: .account)

    private func buyer(of token: String, keys: TokenKeys, at now: Timestamp) throws(TokenRefusal) -> Buyer {
        let verifier = TokenVerifier(keys: keys)
        let result: Result<Buyer, TokenRefusal> = Array(token.utf8).withUnsafeBytes { bytes in
            do throws(TokenRefusal) {
                return .success(try verifier.buyer(of: bytes, now: now))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    @Test("names its buyer until it expires")
    func lifetime() throws {
        let clock = ManualClock()
        let keys = TokenKeys(newest: Self.new)
        let token = TokenSigner(keys: keys, clock: clock).issue(buyer: Self.ana, lifetimeSeconds: 60)
        #expect(token.expiresAt == clock.now().adding(seconds: 60))
        #expect(try buyer(of: token.text, keys: keys, at: token.expiresAt.adding(ms: -1)) == Self.ana)
        #expect(throws: TokenRefusal.expired) {
            try buyer(of: token.text, keys: keys, at: token.expiresAt)
        }
    }

    @Test("is plain text that fits a header")
    func form() {
        let token = TokenSigner(keys: TokenKeys(newest: Self.new), clock: ManualClock())
            .issue(buyer: Self.ana, lifetimeSeconds: 60).text
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        #expect(parts.count == 4)
        #expect(parts[0] == "v1")
        #expect(parts[1].utf8.count == 8)
        #expect(parts[3].utf8.count == 43)
        #expect(token.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ",") })
    }

    @Test("of an older key is good as long as that key is kept, and new ones are signed by the newest")
    func rotation() throws {
        let clock = ManualClock()
        let before = TokenSigner(keys: TokenKeys(newest: Self.old), clock: clock)
            .issue(buyer: Self.ana, lifetimeSeconds: 60).text
        let rotated = TokenKeys(newest: Self.new, older: [Self.old])
        let after = TokenSigner(keys: rotated, clock: clock).issue(buyer: Self.ana, lifetimeSeconds: 60).text
        #expect(try buyer(of: before, keys: rotated, at: clock.now()) == Self.ana)
        #expect(try buyer(of: after, keys: TokenKeys(newest: Self.new), at: clock.now()) == Self.ana)
        #expect(throws: TokenRefusal.invalid) {
            try buyer(of: before, keys: TokenKeys(newest: Self.new), at: clock.now())
        }
    }

    @Test("with any byte changed, dropped or added is refused")
    func forged() {
        let clock = ManualClock()
        let keys = TokenKeys(newest: Self.new)
        let token = Array(
            TokenSigner(keys: keys, clock: clock).issue(buyer: Self.ana, lifetimeSeconds: 60).text.utf8)
        for index in token.indices {
            var changed = token
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            var dropped = token
            dropped.remove(at: index)
            var added = token
            added.insert(UInt8(ascii: "A"), at: index)
            for forged in [changed, dropped, added] {
                #expect(throws: TokenRefusal.invalid) {
                    try buyer(of: String(decoding: forged, as: UTF8.self), keys: keys, at: clock.now())
                }
            }
        }
    }

    @Test(
        "that says something else than a claim for here is refused, however well it is signed",
        arguments: [
            "{\"aud\":\"ticket/else\",\"sub\":\"ana\",\"kind\":\"account\",\"expMs\":4000000000000}",
            "{\"sub\":\"ana\",\"kind\":\"account\",\"expMs\":4000000000000}",
            "{\"aud\":\"ticket/confirm\",\"sub\":\"a b\",\"kind\":\"account\",\"expMs\":4000000000000}",
            "{\"aud\":\"ticket/confirm\",\"sub\":\"ana\",\"kind\":\"king\",\"expMs\":4000000000000}",
            "{\"aud\":\"ticket/confirm\",\"sub\":\"ana\",\"kind\":\"account\"}",
            "{\"aud\":\"ticket/confirm\",\"sub\":\"ana\",\"kind\":\"account\",\"expMs\":4000000000000,\"admin\":true}",
            "",
        ])
    func otherClaims(claims: String) {
        let signed =
            "v1.\(String(decoding: Self.new.name, as: UTF8.self)).\(Base64.url.encode(Array(claims.utf8)))"
        var hmac = HMACSHA256(key: Self.new.secret)
        let token = "\(signed).\(Base64.url.encode(hmac.code(for: Array(signed.utf8)).bytes))"
        #expect(throws: TokenRefusal.invalid) {
            try buyer(of: token, keys: TokenKeys(newest: Self.new), at: SmallHall.opensAt)
        }
    }

    @Test("needs a secret that nobody guesses")
    func shortSecret() {
        #expect(TokenKey(secret: [UInt8](repeating: 1, count: 31)) == nil)
        #expect(TokenKey(secret: [UInt8](repeating: 1, count: 32)) != nil)
    }

    @Test(
        "that is missing is asked for, and one that is wrong is called so",
        arguments: [
            (nil, "token-required", "Bearer realm=\"ticket\""),
            ("", "token-required", "Bearer realm=\"ticket\""),
            ("Bearer", "token-required", "Bearer realm=\"ticket\""),
            ("Bearer ", "token-required", "Bearer realm=\"ticket\""),
            ("Basic YTpi", "token-required", "Bearer realm=\"ticket\""),
            ("Bearer x", "token-invalid", "Bearer realm=\"ticket\", error=\"invalid_token\""),
            ("Bearer v1...", "token-invalid", "Bearer realm=\"ticket\", error=\"invalid_token\""),
            (
                "Bearer " + String(repeating: "a", count: 4_000), "token-invalid",
                "Bearer realm=\"ticket\", error=\"invalid_token\""
            ),
        ] as [(String?, String, String)])
    func refusals(authorization: String?, problem: String, challenge: String) async {
        var request = TestDesk.BuyRequest("A-1-1")
        request.authorization = authorization
        request.hasAuthorization = authorization != nil
        let answer = await TestDesk().buy(request)
        #expect(answer.status == 401)
        #expect(answer.problem == problem)
        #expect(answer.header("WWW-Authenticate") == challenge)
    }

    @Test("comes in one header, whose scheme may be written in any case")
    func header() async {
        let desk = TestDesk()
        var request = TestDesk.BuyRequest("A-1-1")
        request.authorization = "bEARER  \(desk.token("ana"))"
        #expect(await desk.buy(request).status == 201)
        let twice = await desk.router.answer(
            RequestSample(
                .get, "/confirm/payment-intent/pi_a",
                headers: [
                    ("Authorization", "Bearer \(desk.token("ana"))"),
                    ("Authorization", "Bearer \(desk.token("ben"))"),
                ]))
        #expect(twice.problem == "token-invalid")
    }

    @Test("that has expired is refused as one that has")
    func expired() async {
        let desk = TestDesk()
        var request = TestDesk.BuyRequest("A-1-1")
        request.authorization = "Bearer \(desk.token("ana", lifetimeSeconds: 10))"
        desk.clock.advance(ms: 10_000)
        let answer = await desk.buy(request)
        #expect(answer.problem == "token-invalid")
        #expect(answer.json["detail"]?.string?.contains("expired") == true)
    }
}
