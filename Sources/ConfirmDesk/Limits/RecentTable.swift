import Ticketing

/// Remembers what was written lately and forgets the rest without looking at each entry: two generations, of
/// which the older goes as a whole.
///
/// An entry is kept for at least `lifetimeMs` after it was written last, unless more than half of `capacity`
/// other keys were written meanwhile. So whatever stands here must be harmless to lose.
struct RecentTable<Key: Hashable, Value> {
    private let lifetimeMs: Int64
    private let keysPerGeneration: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private var turnsAt = Timestamp.earliest

    init(lifetimeMs: Int64, capacity: Int) {
        self.lifetimeMs = lifetimeMs
        keysPerGeneration = max(1, capacity / 2)
    }

    subscript(key: Key) -> Value? { young[key] ?? old[key] }

    var count: Int { young.count + old.count }

    mutating func set(_ value: Value, for key: Key, now: Timestamp) {
        turnIfDue(now)
        if young.count >= keysPerGeneration, young[key] == nil { turn(now) }
        young[key] = value
    }

    mutating func remove(_ key: Key) {
        young[key] = nil
        old[key] = nil
    }

    private mutating func turnIfDue(_ now: Timestamp) {
        // The second half: the wall clock was set back, and the turn would not come for a long time.
        guard now >= turnsAt || turnsAt.ms(since: now) > lifetimeMs else { return }
        turn(now)
    }

    private mutating func turn(_ now: Timestamp) {
        swap(&young, &old)
        young.removeAll(keepingCapacity: true)
        turnsAt = now.adding(ms: lifetimeMs)
    }
}
