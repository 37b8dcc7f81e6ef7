import Synchronization

/// A number that only grows. Each loop asks the registry for its own; the registry adds them up.
package final class Counter: Sendable {
    private let value = Atomic<UInt64>(0)
    // A cache line of its own: the instances of two loops may lie side by side in memory.
    private let padding = InlineArray<8, UInt64>(repeating: 0)

    @inline(__always)
    package func add(_ count: UInt64 = 1) { value.wrappingAdd(count, ordering: .relaxed) }

    package var current: UInt64 { value.load(ordering: .relaxed) }
}

/// A number that goes up and down.
package final class Gauge: Sendable {
    private let value = Atomic<Int64>(0)
    // A cache line of its own, as for a counter.
    private let padding = InlineArray<8, UInt64>(repeating: 0)

    package func set(_ newValue: Int64) { value.store(newValue, ordering: .relaxed) }

    @inline(__always)
    package func add(_ difference: Int64 = 1) { value.wrappingAdd(difference, ordering: .relaxed) }

    package var current: Int64 { value.load(ordering: .relaxed) }
}
