import Ticketing

/// A message group as the store keeps it. Nearly every group is an intent, so those are packed.
enum QueueKey {
    private static let packedIntent: UInt8 = 0
    private static let plainText: UInt8 = 1

    static func bytes(_ intent: IntentID) -> [UInt8] { [packedIntent] + IntentKey.bytes(intent) }

    static func bytes(group: String) -> [UInt8] {
        guard let intent = try? IntentID(group) else { return [plainText] + Array(group.utf8) }
        return bytes(intent)
    }

    static func group(_ bytes: UnsafeRawBufferPointer) throws(PortError) -> String {
        switch bytes.first {
        case packedIntent: try IntentKey.id(UnsafeRawBufferPointer(rebasing: bytes.dropFirst())).text
        case plainText: String(decoding: bytes.dropFirst(), as: UTF8.self)
        default: throw PortError(.corrupt, "a stored message group has an unknown form")
        }
    }
}
