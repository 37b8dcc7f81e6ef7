import Ticketing

/// A snapshot as the shared cache holds it. The map stays outside: every process reads that once.
extension SeatSnapshot {
    private static let format: UInt32 = 1

    var bytes: [UInt8] {
        var writer = FieldWriter(capacity: states.bytes.count + 1_024)
        writer.append(Self.format)
        writer.append(plan.map.hash.text)
        writer.append(UInt32(states.count))
        writer.append(states.bytes)
        writer.append(version)
        writer.append(UInt32(recent.steps.count))
        for step in recent.steps {
            writer.append(step.from)
            writer.append(step.before)
        }
        return writer.bytes
    }

    /// Nil when the bytes are not those of a snapshot of this plan. The version is computed and not believed:
    /// it is what a difference is told from.
    init?(bytes: [UInt8], plan: SeatingPlan, madeAt: Timestamp) {
        var reader = FieldReader(bytes)
        guard reader.number() == Self.format, reader.text() == plan.map.hash.text,
            reader.number() == UInt32(plan.seatCount), let packed = reader.field(),
            let states = PackedStates(count: plan.seatCount, bytes: packed),
            let version = reader.text(), version == Self.version(plan, states),
            let stepCount = reader.number(), stepCount <= RecentChanges.maxSteps
        else { return nil }
        var steps: [RecentChanges.Step] = []
        for _ in 0..<stepCount {
            guard let from = reader.text(), let before = reader.numbers() else { return nil }
            steps.append(RecentChanges.Step(from: from, before: before))
        }
        guard reader.isAtEnd, let recent = RecentChanges(seatCount: plan.seatCount, steps: steps) else {
            return nil
        }
        self.init(plan: plan, states: states, version: version, recent: recent, madeAt: madeAt)
    }
}
