/// A price of an event under the name its seats refer to it by.
package struct Price: Hashable, Sendable {
    package let name: String
    package let amount: Money

    package init(name: String, amount: Money) throws(InvalidValue) {
        self.name = try DisplayText.validated(name, field: "price name")
        self.amount = amount
    }
}
