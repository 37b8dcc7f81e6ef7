/// A header field of an answer. Its value is the program's own text: the encoder refuses one with a line
/// break in it.
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
