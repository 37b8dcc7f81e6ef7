extension DecimalNumber: Comparable {
    package static func < (left: DecimalNumber, right: DecimalNumber) -> Bool { order(left, right) < 0 }

    /// Below, equal or above zero.
    static func order(_ left: DecimalNumber, _ right: DecimalNumber) -> Int {
        if left.isZero || right.isZero {
            if left.isZero, right.isZero { return 0 }
            return left.isZero ? (right.isNegative ? 1 : -1) : (left.isNegative ? -1 : 1)
        }
        guard left.isNegative == right.isNegative else { return left.isNegative ? -1 : 1 }
        let order = magnitudeOrder(left, right)
        return left.isNegative ? -order : order
    }

    private static func magnitudeOrder(_ left: DecimalNumber, _ right: DecimalNumber) -> Int {
        if left.exponent == right.exponent {
            return left.mantissa == right.mantissa ? 0 : (left.mantissa < right.mantissa ? -1 : 1)
        }
        let (leftDigits, rightDigits) = (left.digitCount, right.digitCount)
        let leftTop = Int(left.exponent) + leftDigits
        let rightTop = Int(right.exponent) + rightDigits
        guard leftTop == rightTop else { return leftTop - rightTop }
        // As many digits in front of the point: written with as many digits in all, at most 38, they compare.
        let leftFull = left.mantissa * power(max(rightDigits - leftDigits, 0))
        let rightFull = right.mantissa * power(max(leftDigits - rightDigits, 0))
        return leftFull == rightFull ? 0 : (leftFull < rightFull ? -1 : 1)
    }

    /// The exact sum; one that needs more than 38 digits is refused and not rounded.
    func adding(_ other: DecimalNumber) throws(Fault) -> DecimalNumber {
        if isZero { return other }
        if other.isZero { return self }
        let lowest = min(exponent, other.exponent)
        guard let left = aligned(to: lowest), let right = other.aligned(to: lowest) else {
            // The one with the greater exponent needs 39 digits before the other's last one, which is no zero.
            throw .precision
        }
        if isNegative == other.isNegative {
            let (sum, overflow) = left.addingReportingOverflow(right)
            guard !overflow else { throw .precision }
            return try DecimalNumber(sum, exponent: lowest, isNegative: isNegative)
        }
        let isLeftLarger = left >= right
        return try DecimalNumber(
            isLeftLarger ? left - right : right - left, exponent: lowest,
            isNegative: isLeftLarger ? isNegative : other.isNegative)
    }

    func subtracting(_ other: DecimalNumber) throws(Fault) -> DecimalNumber { try adding(other.negated) }

    private func aligned(to lowest: Int16) -> UInt128? {
        let shift = Int(exponent - lowest)
        guard shift < 39 else { return nil }
        let (product, overflow) = mantissa.multipliedReportingOverflow(by: Self.power(shift))
        return overflow ? nil : product
    }

    private static func power(_ exponent: Int) -> UInt128 {
        var power: UInt128 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }
}
