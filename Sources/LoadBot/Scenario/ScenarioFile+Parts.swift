import JSON

/// The objects inside a scenario file.
extension ScenarioFile {
    static func mix(
        _ reader: inout JSONReader, _ mix: inout ScenarioMix, _ faults: inout DocumentFaultList
    ) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "public": mix.publicShare = try reader.number(in: shares, &faults)
            case "confirm": mix.confirmShare = try reader.number(in: shares, &faults)
            case "queue": mix.queueShare = try reader.number(in: shares, &faults)
            case "event": mix.event = try reader.number(in: shares, &faults)
            case "map": mix.map = try reader.number(in: shares, &faults)
            case "availability": mix.availability = try reader.number(in: shares, &faults)
            case "seats": mix.seats = try reader.number(in: shares, &faults)
            default: faults.add(unknown(key), at: reader.offset)
            }
        }
    }

    static func purchases(
        _ reader: inout JSONReader, _ purchases: inout ScenarioPurchases, _ faults: inout DocumentFaultList
    ) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "choice": purchases.choice = try word(&reader, &faults) ?? purchases.choice
            case "seatsTaken": purchases.seatsTaken = try reader.whole(in: 0...1_000_000_000, &faults)
            case "seatsPerIntent": purchases.seatsPerIntent = try reader.whole(in: 1...20, &faults)
            case "repeatPercent": purchases.repeatPercent = try reader.number(in: shares, &faults)
            case "conflictPercent": purchases.conflictPercent = try reader.number(in: shares, &faults)
            case "cancelPercent": purchases.cancelPercent = try reader.number(in: shares, &faults)
            case "hotSeatPercent": purchases.hotSeatPercent = try reader.number(in: shares, &faults)
            case "hotSeats": purchases.hotSeats = try reader.whole(in: 1...100_000, &faults)
            case "thinkMs": purchases.thinkMs = try reader.whole(in: 0...600_000, &faults)
            case "paymentToken":
                let offset = reader.offset
                purchases.paymentToken = try reader.string()
                let isPlain = purchases.paymentToken.utf8.allSatisfy {
                    0x21...0x7e ~= $0 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
                }
                if !isPlain || !(1...64 ~= purchases.paymentToken.utf8.count) {
                    faults.add("`paymentToken` must be 1 to 64 visible characters", at: offset)
                }
            default: faults.add(unknown(key), at: reader.offset)
            }
        }
    }

    static func stop(
        _ reader: inout JSONReader, _ stop: inout StopLimits, _ faults: inout DocumentFaultList
    ) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "heldPercent": stop.heldPercent = try reader.number(in: shares, &faults)
            case "notHeldSeconds": stop.notHeldSeconds = try reader.number(in: windows, &faults)
            case "p95Ms": stop.p95Ms = try reader.whole(in: 1...60_000, &faults)
            case "p95Seconds": stop.p95Seconds = try reader.number(in: windows, &faults)
            case "failedPercent": stop.failedPercent = try reader.number(in: shares, &faults)
            case "failedSeconds": stop.failedSeconds = try reader.number(in: windows, &faults)
            case "recoverySeconds": stop.recoverySeconds = try reader.number(in: windows, &faults)
            default: faults.add(unknown(key), at: reader.offset)
            }
        }
    }

    static func verdict(
        _ reader: inout JSONReader, _ verdict: inout VerdictLimits, _ faults: inout DocumentFaultList
    ) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "settleSeconds": verdict.settleSeconds = try reader.number(in: 0.1...3_600, &faults)
            case "toleranceMs": verdict.toleranceMs = try reader.whole(in: 0...600_000, &faults)
            case "maxStalenessMs": verdict.maxStalenessMs = try reader.whole(in: 0...600_000, &faults)
            default: faults.add(unknown(key), at: reader.offset)
            }
        }
    }

    private static let shares = 0.0...100.0
    private static let windows = 0.1...86_400.0
}
