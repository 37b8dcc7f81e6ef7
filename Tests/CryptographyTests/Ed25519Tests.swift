import Cryptography
import Testing

@Suite("Ed25519")
struct Ed25519Tests {
    private static let vectors = [
        (
            seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", message: "",
            signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", message: "72",
            signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", message: "af82",
            signature: "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ]

    @Test("the vectors of RFC 8032 come out and are accepted, again and again")
    func vectors() throws {
        for vector in Self.vectors {
            // `#require` cannot take what cannot be copied.
            guard var key = Ed25519SigningKey(seed: bytes(vector.seed)),
                var publicKey = Ed25519PublicKey(bytes(vector.publicKey))
            else {
                Issue.record("the keys of the vector are refused")
                continue
            }
            let written = key.publicKey
            #expect(written == bytes(vector.publicKey))
            for _ in 0..<2 {
                let signature = key.sign(bytes(vector.message))
                #expect(signature == bytes(vector.signature))
                let isValid = publicKey.isValid(signature, for: bytes(vector.message))
                #expect(isValid)
            }
        }
    }

    @Test(
        "a changed message, a changed signature, another key or another length is not valid, and does no harm"
    )
    func refusals() {
        guard var key = Ed25519SigningKey(seed: [UInt8](repeating: 7, count: 32)),
            var publicKey = Ed25519PublicKey(key.publicKey),
            var otherKey = Ed25519PublicKey(bytes(Self.vectors[0].publicKey))
        else {
            Issue.record("the keys are refused")
            return
        }
        let message = Array("ticket A-1-1".utf8)
        let signature = key.sign(message)
        func isValid(_ signature: [UInt8], _ message: [UInt8]) -> Bool {
            publicKey.isValid(signature, for: message)
        }
        for index in signature.indices {
            var changed = signature
            changed[index] ^= 0x40
            #expect(!isValid(changed, message))
        }
        #expect(!isValid(signature, message + [0]))
        #expect(!isValid(signature, []))
        #expect(!isValid([], message))
        #expect(!isValid(Array(signature.dropLast()), message))
        #expect(!isValid(signature + [0], message))
        let isValidForOther = otherKey.isValid(signature, for: message)
        #expect(!isValidForOther)
        #expect(isValid(signature, message))
    }

    @Test("keys have one length")
    func lengths() {
        for count in [0, 31, 33, 64] {
            let isSigningKey = Ed25519SigningKey(seed: [UInt8](repeating: 1, count: count)) != nil
            let isPublicKey = Ed25519PublicKey([UInt8](repeating: 1, count: count)) != nil
            #expect(!isSigningKey && !isPublicKey)
        }
    }
}
