/// Names an event in URLs, keys and files: `demo`.
package struct EventID: TextIdentifier {
    package static let fieldName = "event id"
    package static let maxLength = 64

    package let text: String

    package init(validText: String) {
        text = validText
    }
}
