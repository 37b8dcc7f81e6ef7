import Cryptography
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    @Test(
        "the examples of FIPS 180 come out, one after another from one context",
        arguments: [
            [
                ("abc", "ba7816bf 8f01cfea 414140de 5dae2223 b00361a3 96177a9c b410ff61 f20015ad"),
                ("", "e3b0c442 98fc1c14 9afbf4c8 996fb924 27ae41e4 649b934c a495991b 7852b855"),
                (
                    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                    "248d6a61 d20638b8 e5c02693 0c3e6039 a33ce459 64ff2167 f6ecedd4 19db06c1"
                ),
                (
                    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
                    "cf5b16a7 78af8380 036ce59e 7b049237 0b249b11 e8f07a51 afac4503 7afee9d1"
                ),
            ]
        ])
    func vectors(examples: [(message: String, digest: String)]) {
        var hash = SHA256()
        for example in examples {
            #expect(hash.digest(Array(example.message.utf8)).bytes == bytes(example.digest))
        }
    }

    @Test("a million letters in pieces of any length give the digest of the whole")
    func pieces() {
        let expected = bytes("cdc76e5c 9914fb92 81a1c7e2 84d73e67 f1809a48 a497200e 046d39cc c7112cd0")
        let message = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        var hash = SHA256()
        for length in [1_000_000, 333, 64, 63] {
            hash.begin()
            message.withUnsafeBytes { message in
                var rest = message[...]
                while !rest.isEmpty {
                    hash.update(UnsafeRawBufferPointer(rebasing: rest.prefix(length)))
                    rest = rest.dropFirst(length)
                }
            }
            #expect(hash.finish().bytes == expected)
        }
    }

    @Test("a message that was not finished leaves nothing behind")
    func abandoned() {
        var hash = SHA256()
        let expected = hash.digest(Array("abc".utf8))
        hash.begin()
        Array("half".utf8).withUnsafeBytes { hash.update($0) }
        #expect(hash.digest(Array("abc".utf8)) == expected)
        #expect(hash.digest(Array("abd".utf8)) != expected)
        #expect(Set([expected, hash.digest(Array("abc".utf8))]).count == 1)
    }
}
