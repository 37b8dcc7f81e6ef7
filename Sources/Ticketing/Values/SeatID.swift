/// Names a seat within its event, whatever its section: `A-1-1`.
package struct SeatID: TextIdentifier {
    package static let fieldName = "seat id"
    package static let maxLength = 32

    package let text: String

    package init(validText: String) {
        text = validText
    }
}
