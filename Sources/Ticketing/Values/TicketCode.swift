/// What the door scans. It is signed outside the domain, so that it can be checked without asking us.
package struct TicketCode: TextIdentifier {
    package static let fieldName = "ticket code"
    package static let maxLength = 512

    package let text: String

    package init(validText: String) {
        text = validText
    }
}
