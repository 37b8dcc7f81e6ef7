import Cryptography

/// The seed of the key that signs ticket codes, made once and kept in the data directory: scanners know its
/// public half, so a new one would turn away everybody who has a ticket.
enum TicketKeySeed {
    static let fileName = "ticket-key"

    static func open(dataDirectory: String) throws(StartFailure) -> [UInt8] {
        let path = "\(dataDirectory)/\(fileName)"
        let kept = try KeptSecret.readOrMake(path) {
            Base64.url.encode(SecureRandom.bytes(Ed25519SigningKey.seedLength))
        }
        guard let seed = Base64.url.decode(kept), seed.count == Ed25519SigningKey.seedLength
        else {
            throw StartFailure(
                "\(path) is no ticket key: put back the one that was there; a new one would not fit the tickets that "
                    + "are sold")
        }
        return seed
    }
}
