import Ticketing

/// The kernel's generator: good enough for keys and attempts, which nobody may guess.
struct MachineRandomness: Randomness {
    func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
