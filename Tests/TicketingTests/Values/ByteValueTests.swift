import Testing
import Ticketing
import TicketingTesting

@Suite("Values made of bytes")
struct ByteValueTests {
    @Test(
        "base32 is RFC 4648's, in lower case and without padding",
        arguments: [
            ("", ""), ("f", "my"), ("fo", "mzxq"), ("foo", "mzxw6"), ("foob", "mzxw6yq"),
            ("fooba", "mzxw6ytb"),
            ("foobar", "mzxw6ytboi"),
        ])
    func base32(plain: String, encoded: String) {
        #expect(Base32.encode(plain.utf8) == encoded)
    }

    @Test("an attempt keeps its 16 bytes and takes no other number of them")
    func attempt() throws {
        let bytes = [UInt8](0..<16)
        #expect(try Attempt(bytes: bytes).bytes == bytes)
        #expect(try Attempt(bytes: bytes).text.count == 26)
        #expect(throws: InvalidValue.self) { try Attempt(bytes: bytes.dropLast()) }
        #expect(throws: InvalidValue.self) { try Attempt(bytes: bytes + [0]) }
    }

    @Test("a fingerprint has 32 bytes")
    func fingerprint() {
        #expect(throws: InvalidValue.self) { try IdempotencyFingerprint(bytes: []) }
        #expect(throws: InvalidValue.self) {
            try IdempotencyFingerprint(bytes: [UInt8](repeating: 0, count: 31))
        }
    }

    @Test("an idempotency key is the same with and without quotes")
    func keyQuotes() throws {
        #expect(try IdempotencyKey(headerValue: "\"k-1\"") == IdempotencyKey(headerValue: "k-1"))
        #expect(try IdempotencyKey(headerValue: "\"").text == "\"")
    }

    @Test(
        "an idempotency key that is empty, too long or not visible ASCII is refused",
        arguments: ["", "\"\"", String(repeating: "k", count: 256), "a b", "a\tb", "é", "a\u{7F}"])
    func badKeys(value: String) {
        #expect(throws: InvalidValue.self) { try IdempotencyKey(headerValue: value) }
    }

    @Test("an idempotency key may have 255 characters")
    func longestKey() throws {
        #expect(try IdempotencyKey(headerValue: String(repeating: "k", count: 255)).text.count == 255)
    }

    @Test("a payment method never shows its token")
    func paymentMethod() throws {
        let method = try PaymentMethod(name: "sandbox", token: "tok_secret")
        #expect(!"\(method)".contains("secret"))
        #expect(throws: InvalidValue.self) { try PaymentMethod(name: "", token: "t") }
        #expect(throws: InvalidValue.self) { try PaymentMethod(name: "card", token: "to k") }
        #expect(throws: InvalidValue.self) {
            try PaymentMethod(name: "card", token: String(repeating: "t", count: 256))
        }
    }

    @Test("text for people takes any script but no control characters and has a bounded length")
    func displayText() throws {
        #expect(try DisplayText.validated("국립극장 2층", field: "venue") == "국립극장 2층")
        for bad in ["", "a\nb", "a\u{0}", String(repeating: "가", count: 67)] {
            #expect(throws: InvalidValue.self) { try DisplayText.validated(bad, field: "venue") }
        }
    }
}
