/// Who signs. The secret and the token never appear in a description.
package struct AWSCredentials: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    package let accessKeyID: String
    package let secretAccessKey: String
    /// Of credentials that end.
    package let sessionToken: String?
    package let expiresAtMs: Int64?

    package init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiresAtMs: Int64? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiresAtMs = expiresAtMs
    }

    package var description: String { "\(accessKeyID) (secret withheld)" }
    /// `dump` and a failed test's message look here.
    package var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }

    /// Nothing that goes into a header may end it early.
    var isWellFormed: Bool {
        let texts = [accessKeyID, secretAccessKey] + (sessionToken.map { [$0] } ?? [])
        return texts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
    }
}
