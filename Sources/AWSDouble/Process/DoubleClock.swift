/// The time that the double believes in: the machine's, or a test's, and moved forward on demand.
package final class DoubleClock {
    private let wallMs: () -> Int64
    private var offsetMs: Int64 = 0

    package init(wallMs: @escaping () -> Int64) { self.wallMs = wallMs }

    package var nowMs: Int64 { wallMs() + offsetMs }
    /// As AWS writes times in its answers.
    var nowSeconds: Double { Double(nowMs) / 1_000 }

    package func advance(byMs milliseconds: Int64) { offsetMs += milliseconds }
    package func reset() { offsetMs = 0 }
}
