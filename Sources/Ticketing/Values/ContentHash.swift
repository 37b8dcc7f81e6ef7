/// The hash of a seat map's content as it stands in its URL, made outside the domain.
package struct ContentHash: TextIdentifier {
    package static let fieldName = "content hash"
    package static let maxLength = 64

    package let text: String

    package init(validText: String) {
        text = validText
    }
}
