import Testing
import Ticketing
import TicketingTesting

@testable import PublicSite

@Suite("Recent changes")
struct RecentChangesTests {
    @Test("from every version that is known, the difference leads to exactly the present state")
    func differencesLeadHere() throws {
        let chance = SeededRandomness(seed: 9)
        for _ in 0..<60 {
            var states = PackedStates(count: 20 + chance.below(400))
            var recent = RecentChanges(seatCount: states.count)
            var history: [String: PackedStates] = [:]
            for step in 0..<150 {
                let old = states
                for _ in 0..<1 + chance.below(12) {
                    states[chance.below(states.count)] = chance.element(of: SeatAvailability.allCases)
                }
                // Now and then the house is again as it was: the same version comes twice.
                if chance.chance(5), let earlier = history.values.first { states = earlier }
                let version = Self.name(old)
                history[version] = old
                if states != old { recent.append(from: version, old, to: states) }
                guard step % 10 == 9 else { continue }
                for (version, then) in history {
                    guard let changes = recent.changes(since: version, now: states) else {
                        #expect(!recent.knows(version))
                        continue
                    }
                    var applied = then
                    for change in changes { applied[change.index] = change.state }
                    #expect(applied == states)
                    #expect(changes.map(\.index) == states.indices(differingFrom: then))
                }
            }
        }
    }

    private static func name(_ states: PackedStates) -> String { "\(states.bytes)" }

    @Test("versions and changes are forgotten from the oldest on, whatever comes")
    func bounded() {
        let chance = SeededRandomness(seed: 10)
        var states = PackedStates(count: 10_000)
        var recent = RecentChanges(seatCount: states.count)
        for step in 0..<400 {
            let old = states
            for _ in 0..<(step < 200 ? 1 : 40) { states[chance.below(states.count)] = .sold }
            recent.append(from: "\(step)", old, to: states)
            #expect(recent.steps.count <= RecentChanges.maxSteps)
            #expect(recent.steps.reduce(0) { $0 + $1.before.count } <= 312)
        }
        #expect(recent.knows("399"))
        #expect(!recent.knows("0"))
    }

    @Test("a step larger than all that is kept leaves nothing known")
    func hugeStep() {
        let old = PackedStates(count: 10_000)
        var new = old
        for seat in 0..<2_000 { new[seat] = .held }
        var recent = RecentChanges(seatCount: old.count)
        recent.append(from: "old", old, to: new)
        #expect(recent.changes(since: "old", now: new) == nil)
    }
}
