import Ticketing

/// Reads the locks of an event section by section, a few at a time, and boils each section down before the
/// next is asked for: the locks of a whole house never lie in memory together.
struct LockReading {
    let ledger: any SeatLedger
    let surroundings: Surroundings

    private static let maxSectionsAtOnce = 8

    func taken(
        in sections: [SectionID], of plan: SeatingPlan, now: Timestamp
    ) async throws(PortError) -> [TakenSeats] {
        let ledger = ledger
        let workshop = surroundings.workshop
        let result = await withTaskGroup(of: Result<TakenSeats, PortError>.self) { group in
            var next = 0
            func addOne() {
                guard next < sections.count else { return }
                let section = sections[next]
                next += 1
                group.addTask { await Self.taken(in: section, of: plan, ledger, workshop, now) }
            }
            for _ in 0..<Self.maxSectionsAtOnce { addOne() }
            var all: [TakenSeats] = []
            for await one in group {
                switch one {
                case .success(let taken): all.append(taken)
                case .failure(let error):
                    group.cancelAll()
                    return Result<[TakenSeats], PortError>.failure(error)
                }
                addOne()
            }
            return .success(all)
        }
        switch result {
        case .success: surroundings.health.note(.ledger, nil)
        case .failure(let error): surroundings.health.note(.ledger, error)
        }
        return try result.get()
    }

    private static func taken(
        in section: SectionID, of plan: SeatingPlan, _ ledger: any SeatLedger, _ workshop: Workshop,
        _ now: Timestamp
    ) async -> Result<TakenSeats, PortError> {
        do throws(PortError) {
            let locks = try await ledger.locks(in: section, of: plan.event)
            return .success(
                await workshop.run(isSmall: locks.count < Workshop.smallestSeatCount) {
                    TakenSeats(locks, plan: plan, now: now)
                })
        } catch {
            return .failure(error)
        }
    }
}
