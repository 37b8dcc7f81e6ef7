import Ticketing

/// Whether one dependency is worth asking.
///
/// When it opens, receiving stops, and one message in hand stays as the scout: it alone asks again, at
/// growing intervals, until it gets an answer. Probing by receiving would cost the oldest message a receive
/// each time, and a long outage would kill it.
package struct Circuit: Equatable, Sendable {
    package enum Condition: String, Sendable {
        case closed
        case open
        /// Open, and the scout is asking at this moment.
        case probing
    }

    /// What a message does that wants to pass.
    enum Passage: Equatable {
        case pass
        /// It is the scout: wait, then ask again for passage.
        case wait(until: Timestamp)
        /// Go back to the queue and come again then.
        case turnBack(until: Timestamp)
    }

    /// After so many the first scout makes room for another: it may be the one message that this error is
    /// about, and the others must not wait for it for ever. Each later one probes twice as often, since
    /// every change costs a receive.
    static let maxProbesOfFirstScout = 30

    private let probing: Backoff
    private var evidence = 0
    private var probesAt: Timestamp?
    private var failedProbes = 0
    private var scout: HandID?
    private var probesOfScout = 0
    private var relievedScouts = 0
    private var isProbing = false

    init(probing: Backoff) {
        self.probing = probing
    }

    package var condition: Condition {
        guard probesAt != nil else { return .closed }
        return isProbing ? .probing : .open
    }

    func isScout(_ hand: HandID) -> Bool { scout == hand }

    /// When another message may be received; nil while the scout is out and the others stay away.
    func receives(at now: Timestamp) -> Receiving {
        guard let probesAt else { return .freely }
        guard scout == nil else { return .notNow }
        return now < probesAt ? .oneAt(probesAt) : .oneAt(now)
    }

    enum Receiving: Equatable {
        case freely
        case oneAt(Timestamp)
        case notNow
    }

    mutating func passage(of hand: HandID, now: Timestamp) -> Passage {
        guard let probesAt else { return .pass }
        if let scout, scout != hand { return .turnBack(until: probesAt) }
        guard now >= probesAt else {
            guard scout == hand else { return .turnBack(until: probesAt) }
            return .wait(until: probesAt)
        }
        appoint(hand)
        isProbing = true
        return .pass
    }

    /// It answered, whatever it said.
    mutating func succeeded() {
        evidence = 0
        probesAt = nil
        failedProbes = 0
        relievedScouts = 0
        scout = nil
        isProbing = false
    }

    /// True when this opened it.
    mutating func failed(
        _ evidence: Trouble.Evidence, of hand: HandID, now: Timestamp, _ randomness: any Randomness
    ) -> Bool {
        guard probesAt == nil else {
            // What was under way when it opened says nothing new.
            guard scout == hand else { return false }
            failedProbes += 1
            probesOfScout += 1
            isProbing = false
            if probesOfScout >= Self.maxProbesOfFirstScout << min(relievedScouts, 20) {
                scout = nil
                relievedScouts += 1
            }
            probesAt = now.adding(ms: Int64(probing.delayMs(after: failedProbes + 1, randomness)))
            return false
        }
        self.evidence += evidence.rawValue
        guard self.evidence >= Trouble.Evidence.enough else { return false }
        probesAt = now.adding(ms: Int64(probing.delayMs(after: 1, randomness)))
        appoint(hand)
        return true
    }

    /// The hand lets go of its message. When it was the scout, the next to come is.
    mutating func left(_ hand: HandID) -> Bool {
        guard scout == hand else { return false }
        scout = nil
        isProbing = false
        return true
    }

    private mutating func appoint(_ hand: HandID) {
        guard scout != hand else { return }
        scout = hand
        probesOfScout = 0
    }
}
