/// Names a section within its event. A section is also one partition of the seat locks.
package struct SectionID: TextIdentifier {
    package static let fieldName = "section id"
    package static let maxLength = 32

    package let text: String

    package init(validText: String) {
        text = validText
    }
}
