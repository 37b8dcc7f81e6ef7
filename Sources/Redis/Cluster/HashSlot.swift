/// The slot of a key: CRC16 (XMODEM) of the key, or of what stands in its first braces, modulo 16,384.
enum HashSlot {
    static let count = 16_384

    static func of(_ key: some Collection<UInt8>) -> Int {
        if let open = key.firstIndex(of: UInt8(ascii: "{")) {
            let start = key.index(after: open)
            if let close = key[start...].firstIndex(of: UInt8(ascii: "}")), close > start {
                return Int(crc(key[start..<close])) % count
            }
        }
        return Int(crc(key)) % count
    }

    private static func crc(_ bytes: some Sequence<UInt8>) -> UInt16 {
        var crc: UInt16 = 0
        for byte in bytes { crc = crc << 8 ^ table[Int(UInt8(crc >> 8) ^ byte)] }
        return crc
    }

    private static let table: [UInt16] = (0..<256).map { index in
        var value = UInt16(index) << 8
        for _ in 0..<8 { value = value & 0x8000 != 0 ? value << 1 ^ 0x1021 : value << 1 }
        return value
    }
}
