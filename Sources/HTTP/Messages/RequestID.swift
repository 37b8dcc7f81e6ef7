/// The short name under which a request is found again: in its answer, in the logs, in a refusal's body.
package struct RequestID: Sendable, CustomStringConvertible {
    package static let length = 20
    var bytes = InlineArray<20, UInt8>(repeating: UInt8(ascii: "-"))

    package init() {}

    package var description: String {
        withUnsafeBytes(of: bytes) { String(decoding: $0, as: UTF8.self) }
    }
}
