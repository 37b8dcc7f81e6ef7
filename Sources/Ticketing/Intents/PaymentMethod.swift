/// How the buyer pays: the method's name and the gateway's token for it. The token is as good as the card,
/// so it is never described.
package struct PaymentMethod: Hashable, Sendable, CustomStringConvertible {
    package static let maxNameBytes = 32
    package static let maxTokenBytes = 255

    package let name: String
    package let token: String

    package init(name: String, token: String) throws(InvalidValue) {
        self.name = try Self.validated(name, maxBytes: Self.maxNameBytes, field: "payment.method")
        self.token = try Self.validated(token, maxBytes: Self.maxTokenBytes, field: "payment.token")
    }

    package var description: String { "\(name) (token withheld)" }

    private static func validated(_ text: String, maxBytes: Int, field: String) throws(InvalidValue) -> String
    {
        guard !text.isEmpty else {
            throw InvalidValue(.empty, field: field, message: "must not be empty")
        }
        guard text.utf8.count <= maxBytes else {
            throw InvalidValue(.tooLong, field: field, message: "must have at most \(maxBytes) characters")
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw InvalidValue(.badCharacter, field: field, message: "may have only visible ASCII characters")
        }
        return text
    }
}
