import Cryptography
import Testing

@testable import AWSDouble

@Suite struct MD5Tests {
    @Test("the digests are those of RFC 1321")
    func publishedDigests() {
        #expect(MD5.hexadecimal("") == "d41d8cd98f00b204e9800998ecf8427e")
        #expect(MD5.hexadecimal("message digest") == "f96b697d7cb7938d525a2f31aaf161d0")
        let digits = Text(String(repeating: "1234567890", count: 8))
        #expect(MD5.hexadecimal(digits) == "57edf4a22be3c955ac49da2e2107b67a")
    }

    @Test("the checksum is that of the usual test string")
    func checksum() {
        #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
    }
}
