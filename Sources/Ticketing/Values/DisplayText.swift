/// Text for people (a name, a row, a venue): any script, no control characters, a bounded length.
package enum DisplayText {
    package static let maxBytes = 200

    package static func validated(_ text: String, field: String) throws(InvalidValue) -> String {
        guard !text.isEmpty else {
            throw InvalidValue(.empty, field: field, message: "must not be empty")
        }
        guard text.utf8.count <= maxBytes else {
            throw InvalidValue(
                .tooLong, field: field, message: "must have at most \(maxBytes) bytes of UTF-8")
        }
        for scalar in text.unicodeScalars where scalar.properties.generalCategory == .control {
            throw InvalidValue(.badCharacter, field: field, message: "must not have control characters")
        }
        return text
    }
}
