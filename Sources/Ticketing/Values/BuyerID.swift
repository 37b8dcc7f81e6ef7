/// The account that buys: `b_…` for a guest, else whatever the partner calls its customer.
package struct BuyerID: TextIdentifier {
    package static let fieldName = "buyer id"
    package static let maxLength = 64

    package let text: String

    package init(validText: String) {
        text = validText
    }
}
