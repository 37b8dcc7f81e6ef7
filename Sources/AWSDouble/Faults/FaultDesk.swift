/// Decides for each call what goes wrong with it. The same seed and the same calls in the same order give the same
/// faults.
final class FaultDesk {
    private(set) var settings = FaultSettings()
    private var dice = FaultDice(seed: 1)
    private var scripted: [(operation: Operation, fault: Fault, left: Int)] = []
    private var concerned: Set<Operation>?
    /// Nothing is asked for, so nothing has to be decided.
    private var isQuiet = true
    /// How often each was done.
    private(set) var done: [Fault: Int] = [:]
    private(set) var doubled = 0

    func set(_ settings: FaultSettings) {
        self.settings = settings
        dice = FaultDice(seed: UInt64(bitPattern: settings.seed))
        concerned =
            settings.operations.isEmpty
            ? nil : Set(settings.operations.compactMap { Operation.byName[$0] })
        var nothing = FaultSettings()
        nothing.seed = settings.seed
        nothing.operations = settings.operations
        isQuiet = settings == nothing
    }

    func script(_ operation: Operation, _ fault: Fault, count: Int) {
        scripted.append((operation, fault, count))
    }

    func reset() {
        set(FaultSettings())
        scripted = []
        done = [:]
        doubled = 0
    }

    func plan(for operation: Operation) -> FaultPlan {
        guard !isQuiet || !scripted.isEmpty else { return FaultPlan() }
        var plan = FaultPlan()
        if let fault = takeScripted(operation) {
            plan.fault = fault
        } else if concerned?.contains(operation) ?? true {
            plan.fault = draw(operation)
            plan.delayBeforeMs = settings.latencyMs
            plan.holdMs = settings.transactionHoldMs
        }
        if plan.fault == .spike {
            // Before the effect, the caller may have given up when it comes; after it, the answer is late.
            if dice.isBelow(percent: 50) {
                plan.delayBeforeMs += settings.spikeMs
            } else {
                plan.delayAfterMs += settings.spikeMs
            }
        }
        if let fault = plan.fault { done[fault, default: 0] += 1 }
        return plan
    }

    private func takeScripted(_ operation: Operation) -> Fault? {
        guard let index = scripted.firstIndex(where: { $0.operation == operation }) else { return nil }
        let fault = scripted[index].fault
        scripted[index].left -= 1
        if scripted[index].left <= 0 { scripted.remove(at: index) }
        return fault
    }

    private func draw(_ operation: Operation) -> Fault? {
        // Each is drawn every time, so that changing one share does not shift the others.
        let isThrottled = dice.isBelow(percent: settings.throttlePercent)
        let failsBefore = dice.isBelow(percent: settings.errorBeforePercent)
        let failsAfter = dice.isBelow(percent: settings.errorAfterPercent)
        let isDropped = dice.isBelow(percent: settings.dropPercent)
        let conflicts = dice.isBelow(percent: settings.conflictPercent)
        let isUnprocessed = dice.isBelow(percent: settings.unprocessedPercent)
        let isSlow = dice.isBelow(percent: settings.spikePercent)
        if isThrottled { return .throttle }
        if failsBefore { return .errorBefore }
        if failsAfter { return .errorAfter }
        if isDropped { return .drop }
        if conflicts, operation.meetsTransactions { return .conflict }
        if isUnprocessed, operation.isBatch { return .unprocessed }
        return isSlow ? .spike : nil
    }

    /// Whether the message just received is to come once more.
    func doubles() -> Bool {
        guard settings.duplicatePercent > 0, dice.isBelow(percent: settings.duplicatePercent) else {
            return false
        }
        doubled += 1
        return true
    }

    /// DynamoDB has several ways to say that it is too much.
    func throttleName() -> String {
        dice.isBelow(percent: 50) ? "ProvisionedThroughputExceededException" : "ThrottlingException"
    }

    func flipsCoin() -> Bool { dice.isBelow(percent: 50) }
}

/// Numbers that look random and are the same for the same seed.
private struct FaultDice {
    private var state: UInt64

    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func isBelow(percent: Double) -> Bool {
        Double(next() >> 11) / Double(1 << 53) * 100 < percent
    }

    // SplitMix64 by Sebastiano Vigna: one addition and a few shifts, and good enough for shares of calls.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

extension Operation {
    /// Writes that a transaction under way would refuse, and transactions themselves.
    var meetsTransactions: Bool {
        switch self {
        case .putItem, .updateItem, .deleteItem, .transactWriteItems, .transactGetItems: true
        default: false
        }
    }

    var isBatch: Bool {
        switch self {
        case .batchGetItem, .batchWriteItem: true
        case .sendMessageBatch, .deleteMessageBatch, .changeMessageVisibilityBatch: true
        default: false
        }
    }
}
