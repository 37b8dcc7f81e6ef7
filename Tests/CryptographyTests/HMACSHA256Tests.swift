import Cryptography
import Testing

@Suite("HMAC-SHA-256")
struct HMACSHA256Tests {
    private static let vectors: [(key: [UInt8], message: [UInt8], code: String)] = [
        (
            [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            Array(1...25), [UInt8](repeating: 0xCD, count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131),
            Array(
                ("This is a test using a larger than block-size key and a larger than block-size data. "
                    + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ]

    @Test("the vectors of RFC 4231 come out, twice from the same key")
    func vectors() {
        for (key, message, code) in Self.vectors {
            var hmac = HMACSHA256(key: key)
            #expect(hmac.code(for: message).bytes == bytes(code))
            #expect(hmac.code(for: message).bytes == bytes(code))
        }
    }

    @Test("a code is valid for its message and its key alone, and only whole")
    func validity() {
        let message = Array("b_1|1795248000".utf8)
        var hmac = HMACSHA256(key: Array("first key".utf8))
        var other = HMACSHA256(key: Array("other key".utf8))
        let code = hmac.code(for: message).bytes
        func isValid(_ hmac: inout HMACSHA256, _ code: [UInt8], _ message: [UInt8]) -> Bool {
            code.withUnsafeBytes { code in message.withUnsafeBytes { hmac.isValid(code, for: $0) } }
        }
        #expect(isValid(&hmac, code, message))
        #expect(!isValid(&other, code, message))
        #expect(!isValid(&hmac, code, message + [0]))
        #expect(!isValid(&hmac, Array(code.dropLast()), message))
        #expect(!isValid(&hmac, code + [0], message))
        #expect(!isValid(&hmac, [], message))
        for index in code.indices {
            var changed = code
            changed[index] ^= 1
            #expect(!isValid(&hmac, changed, message))
        }
    }

    @Test("an empty key and an empty message are a key and a message")
    func empty() {
        var hmac = HMACSHA256(key: [])
        #expect(
            hmac.code(for: []).bytes
                == bytes("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"))
    }
}
