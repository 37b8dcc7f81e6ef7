import Testing
import Ticketing
import TicketingTesting

@Suite("An intent, whatever happens to it")
struct IntentStatePropertyTests {
    private static let legalEdges: [IntentState: Set<IntentState>] = [
        .pending: [.claimed, .cancelled, .expired],
        .claimed: [.confirmed, .declined, .expired],
    ]

    @Test("follows the drawn edges, and a final state is for ever", arguments: UInt64(0)..<2)
    func randomSteps(seed: UInt64) {
        let randomness = SeededRandomness(seed: 100 + seed)
        var ends: [IntentState: Int] = [:]
        var state = IntentState.pending
        for _ in 0..<200_000 {
            let step = randomness.element(of: IntentStep.allCases)
            let next = try? state.after(step)
            if let next {
                guard Self.legalEdges[state, default: []].contains(next), !state.isFinal else {
                    Issue.record("\(step) took \(state) to \(next)")
                    return
                }
                state = next
            }
            if state.isFinal, randomness.chance(20) {
                ends[state, default: 0] += 1
                state = .pending
            }
        }
        #expect(Set(ends.keys) == [.confirmed, .declined, .cancelled, .expired])
    }
}
