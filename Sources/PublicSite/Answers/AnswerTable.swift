import Glibc
import HTTP
import Telemetry

/// The ready answers of a loop, found by the bytes of the request's target: no text is made on the way.
///
/// Bounded in number and bytes. Who asks for things that do not exist gets no place in it.
final class AnswerTable {
    private let maxSlots: Int
    private let maxBytes: Int
    private let counts: PublicCounts
    /// Drawn once: without it a sender could choose targets that all fall on one place.
    private let seed: UInt64
    private var slots: [AnswerSlot] = []
    /// Open addressing, at most half full: the index of a slot, or -1.
    private var places: [Int32]
    private var hand = 0
    private(set) var byteCount = 0

    init(maxSlots: Int, maxBytes: Int, seed: UInt64, counts: PublicCounts) {
        self.maxSlots = max(maxSlots, 1)
        self.maxBytes = maxBytes
        self.seed = seed
        self.counts = counts
        var size = 64
        while size < 2 * (self.maxSlots + 1) { size *= 2 }
        places = Array(repeating: -1, count: size)
        slots.reserveCapacity(min(self.maxSlots, 256))
    }

    var count: Int { slots.count }

    /// The answer that stands ready for this target, or nil.
    func readyAnswer(to request: borrowing Request) -> ReadyAnswer? {
        slot(request.path, request.rawQuery)?.readyAnswer(to: request)
    }

    func slot(_ path: UnsafeRawBufferPointer, _ query: UnsafeRawBufferPointer?) -> AnswerSlot? {
        let index = places[place(path, query)]
        return index < 0 ? nil : slots[Int(index)]
    }

    func slot(_ key: [UInt8]) -> AnswerSlot? {
        let index = places[place(key)]
        return index < 0 ? nil : slots[Int(index)]
    }

    /// Gives the slot a place, and takes places from those that were not asked for lately.
    func insert(_ slot: AnswerSlot) {
        while slots.count >= maxSlots { evictOne() }
        let place = place(slot.key)
        precondition(places[place] < 0, "a target has two answers")
        places[place] = Int32(slots.count)
        slots.append(slot)
        counts.answers.add(1)
    }

    func remove(_ slot: AnswerSlot) {
        guard !slot.isGone, let index = slots.firstIndex(where: { $0 === slot }) else { return }
        slots.remove(at: index)
        slot.discard()
        slotGrew(by: -slot.byteCount)
        counts.answers.add(-1)
        placeAll()
    }

    /// Called when a slot's bytes have changed; makes room when there are too many.
    func slotGrew(by bytes: Int) {
        byteCount += bytes
        counts.answerBytes.add(Int64(bytes))
        guard bytes > 0 else { return }
        while byteCount > maxBytes, slots.count > 1 { evictOne() }
    }

    /// The hand goes round: who was asked for since it last passed stays once more.
    private func evictOne() {
        for _ in 0..<(2 * slots.count) {
            hand = (hand + 1) % slots.count
            guard slots[hand].wasUsed else { break }
            slots[hand].wasUsed = false
        }
        counts.evictions.add()
        remove(slots[hand])
        hand = slots.isEmpty ? 0 : hand % slots.count
    }

    // MARK: Places

    private func placeAll() {
        for index in places.indices { places[index] = -1 }
        for (index, slot) in slots.enumerated() {
            places[place(slot.key)] = Int32(index)
        }
    }

    private func place(_ key: [UInt8]) -> Int {
        key.withUnsafeBytes { key in
            guard let mark = key.firstIndex(of: UInt8(ascii: "?")) else { return place(key, nil) }
            return place(
                UnsafeRawBufferPointer(rebasing: key[..<mark]),
                UnsafeRawBufferPointer(rebasing: key[(mark + 1)...]))
        }
    }

    /// Where the target stands, or the empty place where it would.
    private func place(_ path: UnsafeRawBufferPointer, _ query: UnsafeRawBufferPointer?) -> Int {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: TargetHash.of(path, query, seed: seed)) & mask
        while true {
            let index = places[place]
            if index < 0 || Self.equals(slots[Int(index)].key, path, query) { return place }
            place = (place + 1) & mask
        }
    }

    private static func equals(
        _ key: [UInt8], _ path: UnsafeRawBufferPointer, _ query: UnsafeRawBufferPointer?
    ) -> Bool {
        let queryCount = query.map { $0.count + 1 } ?? 0
        guard key.count == path.count + queryCount else { return false }
        return key.withUnsafeBytes { key in
            guard memcmp(key.baseAddress!, path.baseAddress!, path.count) == 0 else { return false }
            guard let query else { return true }
            guard key[path.count] == UInt8(ascii: "?") else { return false }
            return query.isEmpty
                || memcmp(key.baseAddress! + path.count + 1, query.baseAddress!, query.count) == 0
        }
    }
}
