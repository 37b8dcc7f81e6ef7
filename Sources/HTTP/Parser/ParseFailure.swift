/// Why a message was refused. Framing is lost with it, so the connection ends too.
package struct ParseFailure: Error, Equatable, Sendable {
    package enum Code: Equatable, Sendable {
        case invalid
        case requestLineTooLong
        case headersTooLarge
        case bodyTooLarge
        case unknownTransferCoding
        case unsupportedVersion
    }

    package let code: Code
    /// One sentence for the sender of the message.
    package let detail: StaticString

    package init(_ code: Code, _ detail: StaticString) {
        self.code = code
        self.detail = detail
    }

    package static func == (left: ParseFailure, right: ParseFailure) -> Bool {
        left.code == right.code && left.detail.utf8Start == right.detail.utf8Start
    }
}
