import Cryptography
import Testing

@Suite("Base32 and Base64")
struct CodecTests {
    private static let vectors = [
        ("", "", ""), ("f", "my", "Zg=="), ("fo", "mzxq", "Zm8="), ("foo", "mzxw6", "Zm9v"),
        ("foob", "mzxw6yq", "Zm9vYg=="), ("fooba", "mzxw6ytb", "Zm9vYmE="),
        ("foobar", "mzxw6ytboi", "Zm9vYmFy"),
    ]

    @Test("the vectors of RFC 4648 come out and go back")
    func vectors() {
        for (plain, base32, base64) in Self.vectors {
            let plain = Array(plain.utf8)
            #expect(Base32.encode(plain) == base32)
            #expect(Base32.decode(base32) == plain)
            #expect(Base64.standard.encode(plain) == base64)
            #expect(Base64.standard.decode(base64) == plain)
            let unpadded = base64.replacing("=", with: "")
            #expect(Base64.url.encode(plain) == unpadded)
            #expect(Base64.url.decode(unpadded) == plain)
        }
    }

    @Test("the alphabet of URLs differs where it must")
    func alphabets() {
        let all: [UInt8] = [0xFB, 0xEF, 0xBE, 0xFF, 0xFF, 0xFF]
        #expect(Base64.standard.encode(all) == "++++////")
        #expect(Base64.url.encode(all) == "----____")
        #expect(Base64.standard.decode("----____") == nil)
        #expect(Base64.url.decode("++++////") == nil)
    }

    @Test("random bytes of every length go there and back, and no two values share a spelling")
    func roundTrip() {
        for length in 0..<200 {
            let plain = SecureRandom.bytes(length)
            #expect(Base32.decode(Base32.encode(plain)) == plain)
            #expect(Base64.standard.decode(Base64.standard.encode(plain)) == plain)
            #expect(Base64.url.decode(Base64.url.encode(plain)) == plain)
        }
        for text in ["aa", "ab", "ac", "ad", "ae", "af", "ag", "ah"] {
            if let bytes = Base32.decode(text) { #expect(Base32.encode(bytes) == text) }
        }
        for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
            if let bytes = Base64.url.decode("A\(last)") { #expect(Base64.url.encode(bytes) == "A\(last)") }
        }
    }

    @Test("what encoding would not have written is refused")
    func refusals() {
        for text in ["a", "aaa", "aaaaaa", "ab", "A", "my======", "m1", "m0", "m8", "my ", "mz xq", "é"] {
            #expect(Base32.decode(text) == nil, "\(text)")
        }
        for text in [
            "A", "AA", "AAA", "AA=", "A===", "=", "====", "AB==", "AAB=", "AA==AA==", "A A=", "AAAA\n",
            "AA=A",
        ] {
            #expect(Base64.standard.decode(text) == nil, "\(text)")
        }
        for text in ["A", "AB", "AAB", "AA==", "AAAAA", "A.", "é"] {
            #expect(Base64.url.decode(text) == nil, "\(text)")
        }
    }
}
