import JSON

/// The same numbers in every run, so that a failure can be looked at again.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

enum RandomTree {
    static func value(depth: Int, using generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2:
            return .integer(
                Int64(bitPattern: generator.next()) >> Int64.random(in: 0..<63, using: &generator))
        case 3: return .double(Double.random(in: -1e6...1e6, using: &generator) + 0.5.ulp)
        case 4, 5: return .string(text(using: &generator))
        case 6:
            return .array((0..<count(&generator)).map { _ in value(depth: depth - 1, using: &generator) })
        default:
            return .object(
                (0..<count(&generator)).map {
                    .init("\($0)" + text(using: &generator), value(depth: depth - 1, using: &generator))
                })
        }
    }

    private static func count(_ generator: inout SeededGenerator) -> Int {
        Int.random(in: 0..<5, using: &generator)
    }

    private static func text(using generator: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<12, using: &generator) {
            let limits: [UInt32] = [0x20, 0x80, 0x80, 0x800, 0xD800, 0x110000]
            let limit = limits.randomElement(using: &generator)!
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &generator)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
