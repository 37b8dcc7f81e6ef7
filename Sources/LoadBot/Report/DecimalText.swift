/// Numbers as people read them.
package enum DecimalText {
    /// With so many digits behind the point at most, and none that says nothing.
    package static func of(_ value: Double, digits: Int = 1) -> String {
        guard value.isFinite, value.magnitude < 1e15 else { return value.description }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int64((value * scale).rounded())
        let sign = scaled < 0 ? "-" : ""
        let (whole, rest) = scaled.magnitude.quotientAndRemainder(dividingBy: UInt64(scale))
        guard rest > 0 else { return "\(sign)\(whole)" }
        let text = String(rest)
        var fraction = String(repeating: "0", count: digits - text.count) + text
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(sign)\(whole).\(fraction)"
    }

    /// `12,345`
    package static func grouped(_ value: some BinaryInteger) -> String {
        var digits = String(value.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
    }

    /// Microseconds as `850 us`, `12.5 ms` or `1.2 s`.
    package static func duration(us: UInt64) -> String {
        if us < 1_000 { return "\(us) us" }
        if us < 1_000_000 { return of(Double(us) / 1_000, digits: us < 100_000 ? 1 : 0) + " ms" }
        return of(Double(us) / 1_000_000, digits: 2) + " s"
    }

    /// Seconds as `42 s`, `3:05` or `1:02:03`.
    package static func time(seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        if whole < 60 { return "\(whole) s" }
        if whole < 3_600 { return "\(whole / 60):\(two(whole % 60))" }
        return "\(whole / 3_600):\(two(whole / 60 % 60)):\(two(whole % 60))"
    }

    /// `12.3 %`; nothing of nothing is a dash.
    package static func share(_ part: Int, of whole: Int) -> String {
        whole == 0 ? "-" : of(Double(part) * 100 / Double(whole), digits: 2) + " %"
    }
}
