import Cryptography

/// The seed of the key that signs ticket codes, made once and kept in the data directory: scanners know its
/// public half, so a new one would turn away everybody who has a ticket.
enum TicketKeySeed {
    static let fileName = "ticket-key"

    /// Where several workers run, the setting gives them all the same one.
    static func open(_ given: Secret?, dataDirectory: String) throws(StartFailure) -> [UInt8] {
        if let seed = given.flatMap({ decode($0.revealed) }) { return seed }
        let path = "\(dataDirectory)/\(fileName)"
        return try seed(
            of: KeptSecret.readOrMake(path) {
                Base64.url.encode(SecureRandom.bytes(Ed25519SigningKey.seedLength))
            }, path)
    }

    /// Nil when no ticket was ever sold from this directory: who only looks makes no key.
    static func existing(dataDirectory: String) throws(StartFailure) -> [UInt8]? {
        let path = "\(dataDirectory)/\(fileName)"
        guard let kept = try KeptSecret.read(path) else { return nil }
        return try seed(of: kept, path)
    }

    private static func seed(of kept: String, _ path: String) throws(StartFailure) -> [UInt8] {
        guard let seed = decode(kept) else {
            throw StartFailure(
                "\(path) is no ticket key: put back the one that was there; a new one would not fit the tickets that "
                    + "are sold")
        }
        return seed
    }

    static func decode(_ text: String) -> [UInt8]? {
        guard let seed = Base64.url.decode(Array(text.utf8)), seed.count == Ed25519SigningKey.seedLength
        else {
            return nil
        }
        return seed
    }
}
