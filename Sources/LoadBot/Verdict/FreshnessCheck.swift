import Telemetry

/// Holds what a page says of its own age against the clock, and what it shows against what is known to be sold.
struct FreshnessCheck {
    /// What an availability answer stated and showed.
    struct Page {
        /// The local wall clock when the page was asked for.
        var askedAtMs: Int64
        var asOf: String?
        var ageSeconds: Int64?
        /// 2 bits a seat, when the answer had the whole state.
        var states: [UInt8]?
    }

    private let limits: VerdictLimits
    private let holdSeconds: [Int]
    /// The latest purchases of each event, as a ring: an older one's hold may have ended, and says nothing then.
    private var taken: [[TakenSeats]]
    private var oldestPlace: [Int]
    private(set) var checked = 0
    private(set) var seatsChecked = 0
    private(set) var oldestMs: Int64 = 0
    private(set) var faults: [String] = []

    static let maxTaken = 4_096
    private static let maxFaults = 100

    init(_ limits: VerdictLimits, sale: SaleView) {
        self.limits = limits
        holdSeconds = sale.events.map(\.holdSeconds)
        taken = sale.events.map { _ in [] }
        oldestPlace = sale.events.map { _ in 0 }
    }

    mutating func note(_ seats: [TakenSeats]) {
        for seats in seats {
            guard taken[seats.event].count == Self.maxTaken else {
                taken[seats.event].append(seats)
                continue
            }
            taken[seats.event][oldestPlace[seats.event]] = seats
            oldestPlace[seats.event] = (oldestPlace[seats.event] + 1) % Self.maxTaken
        }
    }

    mutating func look(at page: Page, of event: Int, seatNames: [String]) {
        checked += 1
        guard let text = page.asOf, let asOfMs = Timestamp.epochMs(parsing: text) else {
            return fault("an answer does not say As-Of when it was read")
        }
        // From the asking and not from the answer: how long the answer took is not its age.
        let ageMs = page.askedAtMs - asOfMs
        oldestMs = max(oldestMs, ageMs)
        let toleranceMs = Int64(limits.toleranceMs)
        if let stated = page.ageSeconds, ageMs > stated * 1_000 + 999 + toleranceMs {
            fault("an answer was \(ageMs) ms old and stated \(stated) s")
        }
        if limits.maxStalenessMs > 0, ageMs > Int64(limits.maxStalenessMs) + toleranceMs {
            fault("an answer was \(ageMs) ms old")
        }
        if let states = page.states { compare(states, asOfMs: asOfMs, event, seatNames) }
    }

    /// A page read after a purchase may not show its seats as free, until their hold may have ended.
    private mutating func compare(_ states: [UInt8], asOfMs: Int64, _ event: Int, _ names: [String]) {
        for seats in taken[event] {
            guard asOfMs > seats.byMs, asOfMs < seats.byMs + Int64(holdSeconds[event]) * 1_000 else {
                continue
            }
            for seat in seats.seats where seat / 4 < states.count {
                seatsChecked += 1
                guard (states[seat / 4] >> UInt8(seat % 4 * 2)) & 3 == 0 else { continue }
                let name = names.indices.contains(seat) ? names[seat] : "number \(seat)"
                fault("seat \(name) was shown as free \(asOfMs - seats.byMs) ms after it was bought")
            }
        }
    }

    private mutating func fault(_ text: String) {
        if faults.count < Self.maxFaults { faults.append(text) }
    }

    var finding: Finding {
        // Ages alone say nothing of what is shown: without a look at a sold seat nobody could have seen one as free.
        Finding.of(
            "stale-is-bounded", checked: seatsChecked == 0 ? 0 : checked, faults: faults,
            "\(checked) answers, the oldest \(max(0, oldestMs)) ms at most; \(seatsChecked) looks at sold seats"
        )
    }
}
