import Synchronization
import Ticketing

/// Sits between a worker and its ports: counts the calls, and at the chosen one lets an error or a crash
/// happen, before the effect or after it.
final class PortTap: Sendable {
    enum Moment: CaseIterable, Sendable {
        case before
        case after
    }

    enum Fault: Sendable {
        /// From here on no call of this worker has an effect: what a killed process looks like from outside.
        case crash(Moment)
        case error(PortError.Code, Moment)
    }

    private struct State {
        var calls: [String] = []
        var faults: [Int: Fault] = [:]
        var isDead = false
        /// Calls whose name begins so fail with this code for as long as it stands here.
        var outages: [String: PortError.Code] = [:]
    }

    private let state = Mutex(State())

    init() {}

    /// Call numbers count from 1.
    init(faults: [Int: Fault]) {
        state.withLock { $0.faults = faults }
    }

    var calls: [String] { state.withLock { $0.calls } }
    var isDead: Bool { state.withLock { $0.isDead } }

    func count(of name: String) -> Int { calls.count { $0 == name } }

    func setOutage(_ prefix: String, _ code: PortError.Code?) {
        state.withLock { $0.outages[prefix] = code }
    }

    func call<Answer: Sendable>(
        _ name: String, _ effect: () async throws(PortError) -> Answer
    ) async throws(PortError) -> Answer {
        let (fault, outage): (Fault?, PortError.Code?) = state.withLock { state in
            state.calls.append(name)
            guard !state.isDead else { return (.crash(.before), nil) }
            let outage = state.outages.first { name.hasPrefix($0.key) }?.value
            return (state.faults[state.calls.count], outage)
        }
        if let outage { throw PortError(outage, "\(name) is out of order") }
        switch fault {
        case nil:
            return try await effect()
        case .crash(let moment):
            if moment == .after, !isDead { _ = try await effect() }
            state.withLock { $0.isDead = true }
            throw PortError(.unavailable, "the process is gone")
        case .error(let code, let moment):
            if moment == .after { _ = try await effect() }
            throw PortError(code, "injected into \(name)")
        }
    }
}
