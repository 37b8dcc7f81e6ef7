import Cryptography
import Testing

@Suite("Randomness and comparison")
struct SecureRandomTests {
    @Test("numbers do not repeat, within a pool and across refills")
    func distinct() {
        var random = SecureRandom()
        var drawn = Set<UInt64>()
        for _ in 0..<1_000 { drawn.insert(random.next()) }
        #expect(drawn.count == 1_000)
        #expect(!drawn.contains(0))
    }

    @Test("bytes come in the length that was asked for")
    func lengths() {
        #expect(SecureRandom.bytes(0) == [])
        #expect(SecureRandom.bytes(100_000).count == 100_000)
        #expect(SecureRandom.bytes(32) != SecureRandom.bytes(32))
    }

    @Test("equal bytes are equal, and a difference anywhere or in length is seen")
    func comparison() {
        let bytes = SecureRandom.bytes(100)
        #expect(ConstantTime.areEqual(bytes, bytes))
        #expect(ConstantTime.areEqual([], []))
        #expect(!ConstantTime.areEqual(bytes, []))
        #expect(!ConstantTime.areEqual(bytes, Array(bytes.dropLast())))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 1
            #expect(!ConstantTime.areEqual(bytes, other))
        }
    }
}
