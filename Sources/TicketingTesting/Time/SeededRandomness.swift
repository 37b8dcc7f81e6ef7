import Ticketing

/// Chance that repeats: the same seed draws the same numbers, so a failure is found again.
package final class SeededRandomness: Randomness, RandomNumberGenerator {
    private let state: SharedState<UInt64>

    package init(seed: UInt64) {
        state = SharedState(seed)
    }

    /// A counter stepped by an odd constant and then mixed: every state comes once before any comes again.
    package func next() -> UInt64 {
        var mixed = state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            return state
        }
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    package func chance(_ percent: Int) -> Bool { below(100) < percent }

    package func element<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }
}
