/// A header field of an answer. One with a control character in its value is not sent: the answer
/// becomes a 500.
package struct Header: Equatable, Sendable {
    package let name: StaticString
    package let value: String

    package init(_ name: StaticString, _ value: String) {
        self.name = name
        self.value = value
    }

    package static func == (left: Header, right: Header) -> Bool {
        left.name.description == right.name.description && left.value == right.value
    }
}
