/// Base32 of RFC 4648 without padding: it has neither 0, 1, 8 nor 9, so a person reads it back without
/// mistakes.
package enum Base32 {
    private static let lowercase: [UInt8] = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    private static let uppercase: [UInt8] = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    package enum LetterCase: Sendable {
        case lower
        case upper
    }

    package static func encode(_ bytes: some Sequence<UInt8>, letters: LetterCase = .lower) -> String {
        let alphabet = letters == .lower ? lowercase : uppercase
        var text: [UInt8] = []
        var pending: UInt32 = 0
        var pendingBits = 0
        for byte in bytes {
            pending = (pending << 8) | UInt32(byte)
            pendingBits += 8
            while pendingBits >= 5 {
                pendingBits -= 5
                text.append(alphabet[Int((pending >> UInt32(pendingBits)) & 31)])
            }
        }
        if pendingBits > 0 {
            text.append(alphabet[Int((pending << UInt32(5 - pendingBits)) & 31)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    package static func isDigit(_ byte: UInt8, letters: LetterCase = .lower) -> Bool {
        switch (byte, letters) {
        case (UInt8(ascii: "2")...UInt8(ascii: "7"), _): true
        case (UInt8(ascii: "a")...UInt8(ascii: "z"), .lower): true
        case (UInt8(ascii: "A")...UInt8(ascii: "Z"), .upper): true
        default: false
        }
    }
}
