import JSON
import Telemetry
import Ticketing

/// Asking a dependency, through its circuit.
extension OrderWorker {
    /// Asks until there is an answer, as the scout of an open circuit, or once.
    func ask<Answer: Sendable>(
        _ dependency: Dependency, _ hand: HandID, _ call: () async throws(PortError) -> Answer
    ) async throws(Setback) -> Answer {
        while true {
            try await pass(dependency, hand)
            do throws(PortError) {
                let answer = try await call()
                inHand.heard(hand, now: ports.clock.now())
                answered(dependency)
                return answer
            } catch {
                inHand.heard(hand, now: ports.clock.now())
                try meet(error, dependency, hand)
            }
        }
    }

    /// Every step begins here, so nothing new is done for a message that is no longer this worker's.
    private func pass(_ dependency: Dependency, _ hand: HandID) async throws(Setback) {
        while true {
            let now = ports.clock.now()
            guard inHand.isGood(hand, now: now) else { throw .lost }
            switch circuits[dependency]?.passage(of: hand, now: now) ?? .pass {
            case .pass:
                return
            case .turnBack(let moment):
                let jitterMs = settings.outages.delayMs(after: 1, ports.randomness)
                throw .putOff(ms: Int(max(moment.ms(since: now), 0)) + jitterMs)
            case .wait(let moment):
                guard !isStopping else { throw .release }
                let wait = begin { worker in _ = try? await worker.ports.clock.sleep(until: moment) }
                scoutWaits[dependency] = wait
                await wait.value
                scoutWaits[dependency] = nil
            }
        }
    }

    private func answered(_ dependency: Dependency) {
        guard let circuit = circuits[dependency], circuit.condition != .closed else {
            circuits[dependency]?.succeeded()
            return
        }
        circuits[dependency]?.succeeded()
        show(dependency)
        ports.logger.info("answers again") { $0.member("dependency", dependency.rawValue) }
        wakeReceivers()
    }

    /// Returns for the scout, which asks again; everybody else has a setback.
    private func meet(_ error: PortError, _ dependency: Dependency, _ hand: HandID) throws(Setback) {
        let receiveCount = inHand[hand]?.message.receiveCount ?? 1
        let reason = "\(error.code.rawValue): \(error.message)"
        switch Trouble(error, at: dependency) {
        case .contention:
            answered(dependency)
            throw .putOff(ms: settings.contention.delayMs(after: receiveCount, ports.randomness))
        case .ofThisMessage:
            answered(dependency)
            throw .failed(dependency.failureKind, reason: reason)
        case .outage(let evidence):
            metrics.countOutage(dependency)
            let wasClosed = circuits[dependency]?.condition == .closed
            let wasScout = circuits[dependency]?.isScout(hand) == true
            let now = ports.clock.now()
            let isOpening =
                circuits[dependency]?.failed(evidence, of: hand, now: now, ports.randomness) ?? false
            if isOpening { opened(dependency, reason) }
            show(dependency)
            guard circuits[dependency]?.isScout(hand) != true else { return }
            // It has probed long enough: behind whatever else waits.
            guard !wasScout else { throw .putOff(ms: 2 * settings.outages.capMs) }
            guard evidence == .unclear, wasClosed else {
                throw .putOff(ms: settings.outages.delayMs(after: receiveCount, ports.randomness))
            }
            // The gateway works for others, so the lost answer is this payment's own.
            throw .failed(dependency.failureKind, reason: reason)
        }
    }

    /// The hand lets its message go. True when it was a scout, so that another may be received in its place.
    func circuitsLeft(by hand: HandID) -> Bool {
        var hasLeft = false
        for dependency in Dependency.allCases where circuits[dependency]?.left(hand) == true {
            hasLeft = true
            show(dependency)
        }
        return hasLeft
    }

    private func opened(_ dependency: Dependency, _ reason: String) {
        ports.logger.error("is down: receiving stops") { line in
            line.member("dependency", dependency.rawValue)
            line.member("error", reason)
        }
    }

    private func show(_ dependency: Dependency) {
        guard let condition = circuits[dependency]?.condition else { return }
        metrics.show(condition, of: dependency)
        let isPaused = circuits.values.contains { $0.condition != .closed }
        let isStopping = isStopping
        status.update { snapshot in
            snapshot.circuits[dependency] = condition
            guard !isStopping else { return }
            snapshot.phase = isPaused ? .paused : .receiving
        }
    }
}
