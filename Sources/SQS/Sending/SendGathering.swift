/// Which messages leave together: what comes within five milliseconds, as far as one call takes it. No clock, no I/O:
/// it says what to do.
struct SendGathering<Entry> {
    static var maxEntries: Int { 10 }
    /// A batch may have 256 KB on older endpoints, envelope included.
    static var maxBytes: Int { 200_000 }
    static var lingerNs: UInt64 { 5_000_000 }

    private var entries: [Entry] = []
    private var count = 0
    private var bytes = 0

    init() {}

    struct Step {
        /// To be sent now, each its own call.
        var batches: [[Entry]] = []
        /// When to ask again with `due`, if what was added is the first that waits.
        var wakeAtNs: UInt64?
    }

    /// `weight` is how many messages the entry stands for: they stay together, and so in their order.
    mutating func add(_ entry: Entry, weight: Int, bytes added: Int, nowNs: UInt64) -> Step {
        var step = Step()
        if count > 0, count + weight > Self.maxEntries || bytes + added > Self.maxBytes {
            step.batches.append(take())
        }
        let isFirst = count == 0
        entries.append(entry)
        count += weight
        bytes += added
        if count >= Self.maxEntries || bytes >= Self.maxBytes {
            step.batches.append(take())
        } else if isFirst {
            step.wakeAtNs = nowNs + Self.lingerNs
        }
        return step
    }

    /// What has waited long enough.
    mutating func due() -> [Entry]? { count == 0 ? nil : take() }

    private mutating func take() -> [Entry] {
        defer {
            entries = []
            count = 0
            bytes = 0
        }
        return entries
    }
}
