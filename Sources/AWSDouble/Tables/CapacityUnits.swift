/// What a call is billed for. Read units come in halves, so they are counted in halves.
package struct CapacityUnits: Equatable, Sendable {
    var halfReads = 0
    var writes = 0

    static func write(bytes: Int) -> Int { max((bytes + 1_023) / 1_024, 1) }

    /// Halves of read units for this many bytes.
    static func halfReads(bytes: Int, isConsistent: Bool) -> Int {
        max((bytes + 4_095) / 4_096, 1) * (isConsistent ? 2 : 1)
    }

    static func += (left: inout CapacityUnits, right: CapacityUnits) {
        left.halfReads += right.halfReads
        left.writes += right.writes
    }

    var total: Double { Double(halfReads) / 2 + Double(writes) }
    var isNothing: Bool { halfReads == 0 && writes == 0 }
    /// A transaction reads or writes everything twice.
    var doubled: CapacityUnits { CapacityUnits(halfReads: halfReads * 2, writes: writes * 2) }
}

/// Units by where they were used, for one table.
struct CapacityUse {
    var table = CapacityUnits()
    var indexes: [(name: Text, units: CapacityUnits)] = []

    var total: CapacityUnits { indexes.reduce(into: table) { $0 += $1.units } }

    mutating func add(_ units: CapacityUnits, to index: Text) {
        if let place = indexes.firstIndex(where: { $0.name == index }) {
            indexes[place].units += units
        } else {
            indexes.append((index, units))
        }
    }

    mutating func add(_ other: CapacityUse) {
        table += other.table
        for (name, units) in other.indexes { add(units, to: name) }
    }

    var doubled: CapacityUse {
        CapacityUse(table: table.doubled, indexes: indexes.map { ($0.name, $0.units.doubled) })
    }
}
