import HTTP
import Ticketing

/// What is on sale, and the maps.
extension PublicSite {
    func eventListSlot() -> AnswerSlot {
        let events = events
        return slot("/public/events", events.refresher, recipe { () throws(Problem) in events.list.json })
    }

    func eventSlot(_ request: borrowing Request) async throws(Problem) -> AnswerSlot {
        let listed = try await listedEvent(request)
        let events = events
        return slot(
            "/public/events/\(listed.id)", events.refresher,
            recipe { () throws(Problem) in
                guard let listed = events.list[listed.id] else { throw .eventUnknown }
                return listed.json
            })
    }

    func mapSlot(_ request: borrowing Request) async throws(Problem) -> AnswerSlot {
        let listed = try await listedEvent(request)
        guard request.parameterText(1) == listed.mapHash.text else { throw .mapUnknown }
        let (id, hash) = (listed.id, listed.mapHash)
        let (events, plans, workshop) = (events, plans, surroundings.workshop)
        return slot(
            "/public/events/\(id)/map/\(hash)", events.refresher,
            AnswerRecipe(
                cacheControl: AnswerRecipe.immutable, isShared: true,
                body: { () async throws(Problem) in
                    guard events.list[id]?.mapHash == hash else { throw .mapUnknown }
                    let plan = try await Self.plan(id, hash, plans)
                    return await workshop.run(isSmall: plan.isSmall) {
                        plan.geometry(.identity) { MapJSON.body(plan) } ?? []
                    }
                },
                encoded: { body, coding in
                    guard let plan = try? await plans.plan(for: id, mapHash: hash) else { return nil }
                    return await workshop.run(isSmall: plan.isSmall) {
                        plan.geometry(coding) { coding.encoded(body) }
                    }
                }))
    }

    /// The event that the first placeholder of the path names.
    func listedEvent(_ request: borrowing Request) async throws(Problem) -> ListedEvent {
        guard let id = try? EventID(request.parameterText(0)) else { throw .eventUnknown }
        do throws(PortError) {
            guard let listed = try await events.event(id) else { throw PortError(.rejected, "no such event") }
            return listed
        } catch {
            throw error.code == .rejected ? .eventUnknown : .sourceUnavailable
        }
    }

    /// A recipe for a body that is made from what the loop has, and packed in the workshop when it is large.
    func recipe(
        _ body: @escaping () async throws(Problem) -> [UInt8]
    ) -> AnswerRecipe {
        let workshop = surroundings.workshop
        return AnswerRecipe(
            body: body,
            encoded: { body, coding in
                let smallest = coding == .brotli ? Workshop.smallestBrotliBytes : Workshop.smallestBytes
                return await workshop.run(isSmall: body.count < smallest) { coding.encoded(body) }
            })
    }

    private static func plan(
        _ event: EventID, _ hash: ContentHash, _ plans: Plans
    ) async throws(Problem) -> SeatingPlan {
        do throws(PortError) {
            return try await plans.plan(for: event, mapHash: hash)
        } catch {
            throw .sourceUnavailable
        }
    }
}

extension SeatingPlan {
    /// Whether work over all its seats is done before another thread would have woken up.
    fileprivate var isSmall: Bool { seatCount < 64 }
}
