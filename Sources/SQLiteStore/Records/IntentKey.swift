import Ticketing

/// An intent's id as the store keeps it: 34 bytes in place of 55 characters, in the order of the ids of one
/// length.
///
/// The last byte is the length: without it ids that differ only in their last characters could be one.
enum IntentKey {
    private static let prefixLength = 3

    static func bytes(_ id: IntentID) -> [UInt8] {
        var text = id.text
        return text.withUTF8 { characters in
            let digits = UnsafeBufferPointer(rebasing: characters[prefixLength...])
            guard var packed = CompactText.lower.pack(digits, capacity: 34) else {
                preconditionFailure("an intent id is base32 by its own check")
            }
            packed.append(UInt8(digits.count))
            return packed
        }
    }

    static func id(_ bytes: UnsafeRawBufferPointer) throws(PortError) -> IntentID {
        guard let length = bytes.last, bytes.count == (Int(length) * 5 + 7) / 8 + 1 else {
            throw PortError(.corrupt, "a stored intent id has a wrong length")
        }
        var text: [UInt8] = []
        text.reserveCapacity(prefixLength + Int(length))
        text.append(contentsOf: [UInt8(ascii: "p"), UInt8(ascii: "i"), UInt8(ascii: "_")])
        CompactText.lower.unpack(bytes, count: Int(length), into: &text)
        do {
            return try IntentID(String(decoding: text, as: UTF8.self))
        } catch {
            throw PortError(.corrupt, "a stored intent id does not make sense", cause: error)
        }
    }
}
