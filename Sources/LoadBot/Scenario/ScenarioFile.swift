import JSON

/// Why a file is no scenario: every fault that was found, in the order of the file.
package struct ScenarioFaults: Error, Equatable, Sendable {
    package let faults: [DocumentFault]
}

/// A scenario as a person writes it down. What it leaves out is as in the preset `onsale`.
package enum ScenarioFile {
    package static let maxBytes = 1_048_576

    package static func read(_ bytes: [UInt8]) throws(ScenarioFaults) -> Scenario {
        var scenario = Scenario()
        var faults = DocumentFaultList(text: bytes)
        do throws(JSONError) {
            try JSONReader.read(bytes) { reader throws(JSONError) in
                try members(&reader, &scenario, &faults)
            }
        } catch {
            // What is not JSON cannot be read on from there: one fault more, and the last.
            faults.add(error)
        }
        if faults.isEmpty { checkWhole(scenario, &faults) }
        guard faults.isEmpty else { throw ScenarioFaults(faults: faults.faults) }
        return scenario
    }

    private static func members(
        _ reader: inout JSONReader, _ scenario: inout Scenario, _ faults: inout DocumentFaultList
    ) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "name": scenario.name = try name(&reader, &faults)
            case "events": scenario.events = try events(&reader, &faults)
            case "seed":
                let offset = reader.offset
                scenario.seed = UInt64(bitPattern: try reader.integer())
                if scenario.seed > Int64.max { faults.add("`seed` must not be negative", at: offset) }
            case "arrivals": scenario.arrivals = try word(&reader, &faults) ?? scenario.arrivals
            case "peakPerSecond": scenario.peakPerSecond = try reader.number(in: 0.1...1e7, &faults)
            case "timeScale": scenario.timeScale = try reader.number(in: 0.0001...100, &faults)
            case "steps": scenario.steps = try steps(&reader, &faults)
            case "mix": try mix(&reader, &scenario.mix, &faults)
            case "purchases": try purchases(&reader, &scenario.purchases, &faults)
            case "buyers": scenario.buyers = try reader.whole(in: 1...1_000_000, &faults)
            case "connections": scenario.connections = try reader.whole(in: 1...30_000, &faults)
            case "timeoutMs": scenario.timeoutMs = try reader.whole(in: 1...60_000, &faults)
            case "stop": try stop(&reader, &scenario.stop, &faults)
            case "verdict": try verdict(&reader, &scenario.verdict, &faults)
            case "maxLatenessMs": scenario.maxLatenessMs = try reader.whole(in: 1...60_000, &faults)
            default: faults.add(unknown(key), at: reader.offset)
            }
        }
    }

    static func unknown(_ key: JSONText) -> String { "`\(String(key))` is not a member that is known here" }

    /// One word of a short list.
    static func word<Word: RawRepresentable & CaseIterable>(
        _ reader: inout JSONReader, _ faults: inout DocumentFaultList
    ) throws(JSONError) -> Word? where Word.RawValue == String {
        let offset = reader.offset
        let text = try reader.string()
        if let word = Word(rawValue: text) { return word }
        let known = Word.allCases.map { "`\($0.rawValue)`" }.joined(separator: " or ")
        faults.add("`\(text)` must be \(known)", at: offset)
        return nil
    }

    private static func name(
        _ reader: inout JSONReader, _ faults: inout DocumentFaultList
    ) throws(JSONError) -> String {
        let offset = reader.offset
        let name = try reader.string()
        if !(1...64 ~= name.utf8.count) { faults.add("`name` must have 1 to 64 bytes", at: offset) }
        return name
    }

    private static func events(
        _ reader: inout JSONReader, _ faults: inout DocumentFaultList
    ) throws(JSONError) -> [String] {
        var events: [String] = []
        try reader.array(elementLimit: 256) { reader throws(JSONError) in
            let offset = reader.offset
            let event = try reader.string()
            let isName =
                1...64 ~= event.utf8.count
                && event.utf8.allSatisfy { 0x21...0x7e ~= $0 && $0 != UInt8(ascii: "/") }
            if !isName { faults.add("`\(event)` cannot be the id of an event", at: offset) }
            events.append(event)
        }
        return events
    }

    private static func steps(
        _ reader: inout JSONReader, _ faults: inout DocumentFaultList
    ) throws(JSONError) -> [ScenarioStep] {
        let start = reader.offset
        var steps: [ScenarioStep] = []
        try reader.array(elementLimit: 100) { reader throws(JSONError) in
            let offset = reader.offset
            var step = ScenarioStep("", percent: 0, seconds: 0)
            try reader.object { key, reader throws(JSONError) in
                switch key {
                case "name": step.name = try name(&reader, &faults)
                case "percent": step.percent = try reader.number(in: 0.001...100, &faults)
                case "seconds": step.seconds = try reader.number(in: 0.1...86_400, &faults)
                default: faults.add(unknown(key), at: reader.offset)
                }
            }
            if step.name.isEmpty || step.percent == 0 || step.seconds == 0 {
                faults.add("a step needs `name`, `percent` and `seconds`", at: offset)
            }
            steps.append(step)
        }
        if steps.isEmpty { faults.add("`steps` must have at least one step", at: start) }
        return steps
    }

    private static func checkWhole(_ scenario: Scenario, _ faults: inout DocumentFaultList) {
        let mix = scenario.mix
        if mix.publicShare + mix.confirmShare + mix.queueShare <= 0 {
            faults.add("`mix` must have a share above 0", at: 0)
        }
        if mix.publicShare > 0, mix.event + mix.map + mix.availability + mix.seats <= 0 {
            faults.add("`mix` must have a read above 0 when `public` is", at: 0)
        }
        let purchases = scenario.purchases
        if purchases.repeatPercent + purchases.conflictPercent + purchases.cancelPercent > 100 {
            faults.add("repeats, conflicts and cancels of `purchases` must be 100 percent at most", at: 0)
        }
    }
}

extension JSONReader {
    /// A number that is out of its range is a fault of the file, and reading goes on.
    mutating func number(
        in range: ClosedRange<Double>, _ faults: inout DocumentFaultList
    ) throws(JSONError) -> Double {
        let offset = offset
        let value = try double()
        if !range.contains(value) {
            faults.add("must be from \(range.lowerBound) to \(range.upperBound), not \(value)", at: offset)
        }
        return min(max(value, range.lowerBound), range.upperBound)
    }

    mutating func whole(
        in range: ClosedRange<Int>, _ faults: inout DocumentFaultList
    ) throws(JSONError) -> Int {
        let offset = offset
        let value = Int(try integer())
        if !range.contains(value) {
            faults.add("must be from \(range.lowerBound) to \(range.upperBound), not \(value)", at: offset)
        }
        return min(max(value, range.lowerBound), range.upperBound)
    }
}
