/// `MOVED 3999 127.0.0.1:6381` and `ASK …`: another node has the slot, for good or while it moves.
struct Redirection: Equatable {
    let isAsk: Bool
    let slot: Int
    let address: RedisAddress

    init?(_ error: String, askedOf asked: String) {
        let words = error.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[0] == "MOVED" || words[0] == "ASK", let slot = Int(words[1]),
            (0..<HashSlot.count).contains(slot),
            let address = RedisAddress(redirection: words[2], askedOf: asked)
        else { return nil }
        isAsk = words[0] == "ASK"
        self.slot = slot
        self.address = address
    }
}
