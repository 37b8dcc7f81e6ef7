/// How a claimed intent ends in the ledger; always what the inbox has decided.
package enum Settlement: Hashable, Sendable {
    case confirmed(OrderNumber)
    case declined
    case expired
}
