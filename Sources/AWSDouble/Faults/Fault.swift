/// What can be asked for by name, for the very next call of an operation.
package enum Fault: String, CaseIterable, Sendable {
    case throttle, errorBefore, errorAfter, drop, conflict, unprocessed, spike
}

/// What goes wrong with one call.
struct FaultPlan {
    /// At most one of those that decide what becomes of the call.
    var fault: Fault?
    var delayBeforeMs = 0
    var delayAfterMs = 0
    var holdMs = 0

    var isDelayed: Bool { delayBeforeMs > 0 || delayAfterMs > 0 }
}
