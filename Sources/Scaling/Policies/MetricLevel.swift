/// A value of a metric, in thousandths of its unit: decimal fractions stay exact, and so do the differences that
/// steps are made of.
package struct MetricLevel: Comparable, Sendable {
    package let thousandths: Int

    package static func whole(_ value: Int) -> MetricLevel { MetricLevel(thousandths: value * 1_000) }
    package static func seconds(_ value: Int) -> MetricLevel { .whole(value) }
    package static func milliseconds(_ value: Int) -> MetricLevel { MetricLevel(thousandths: value) }

    static func - (left: MetricLevel, right: MetricLevel) -> MetricLevel {
        MetricLevel(thousandths: left.thousandths - right.thousandths)
    }

    package static func < (left: MetricLevel, right: MetricLevel) -> Bool {
        left.thousandths < right.thousandths
    }
}

extension MetricLevel: CustomStringConvertible {
    package var description: String { Document.decimal(thousandths: thousandths).json }
}
