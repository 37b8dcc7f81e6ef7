import Testing

@testable import HTTP

@Suite("Which bytes may stand where")
struct ByteClassTests {
    private let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

    private func bytes(where isIn: (UInt8) -> Bool) -> Set<UInt8> {
        Set((0...255).map { UInt8($0) }.filter(isIn))
    }

    @Test("the masks hold the characters that the standards list, and no other byte")
    func masks() {
        #expect(bytes(where: ByteClass.isToken) == Set((letters + "!#$%&'*+-.^_`|~").utf8))
        #expect(bytes(where: ByteClass.isTarget) == Set((letters + "-._~!$&'()*+,;=:@/?%").utf8))
        #expect(bytes(where: ByteClass.isRegisteredName) == Set((letters + "-._~!$&'()*+;=%").utf8))
        #expect(bytes(where: ByteClass.isDigit) == Set("0123456789".utf8))
    }

    @Test("hexadecimal digits have their values in both cases")
    func hex() {
        for byte in (0...255).map({ UInt8($0) }) {
            let expected = byte < 128 ? UInt8(String(UnicodeScalar(byte)), radix: 16) : nil
            // A sign is a number to Swift and not to HTTP.
            #expect(ByteClass.hexValue(byte) == expected)
        }
    }

    @Test("a field value may hold blanks, tabs, visible characters and bytes above ASCII")
    func fieldValues() {
        for byte in (0...255).map({ UInt8($0) }) {
            let isAllowed = byte == 0x09 || (byte >= 0x20 && byte != 0x7f)
            let value = [UInt8](repeating: 0x61, count: 37) + [byte]
            #expect(value.withUnsafeBytes { ByteClass.isFieldValue($0) } == isAllowed)
        }
        #expect([UInt8]().withUnsafeBytes { ByteClass.isFieldValue($0) })
    }
}
