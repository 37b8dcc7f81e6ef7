/// How a claimed intent can end. The first one written to the inbox under an attempt is the one that holds.
package enum Outcome: String, Hashable, Sendable, CaseIterable {
    case confirmed
    /// By the gateway, or by an operator who abandons the intent.
    case declined
    case expired
}
