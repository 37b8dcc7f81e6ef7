/// Money to be taken for an intent. The gateway knows it by the attempt.
package struct Charge: Hashable, Sendable {
    package let attempt: Attempt
    package let amount: Money
    package let payment: PaymentMethod
    /// What the buyer reads on the statement.
    package let reference: String

    package init(attempt: Attempt, amount: Money, payment: PaymentMethod, reference: String) {
        self.attempt = attempt
        self.amount = amount
        self.payment = payment
        self.reference = reference
    }
}
