import Glibc

/// An answer made once and sent often: its bytes stand ready, and only the date and the request id are filled
/// in when it leaves.
///
/// One loop makes it and sends it. Two loops that shared one would fight over its reference count.
package final class ReadyAnswer {
    package let status: Status
    let statusLine: [UInt8]
    /// From the Date field to the end of the head, and of the body unless that is large.
    let bytes: [UInt8]
    /// Where the body begins in `bytes`.
    let bodyStart: Int
    /// A large body stays where it was made: several heads may share it, and it is sent from there.
    let largeBody: [UInt8]?

    static let dateOffset = 6
    static let requestIDOffset = 6 + 29 + 2 + 12

    package init(
        _ status: Status, contentType: StaticString? = nil, headers: [Header] = [], body: [UInt8] = []
    ) {
        self.status = status
        var line = ByteText()
        line.append("HTTP/1.1 ")
        line.append(Int(status.code))
        line.append(" ")
        line.append(status.reason)
        line.append("\r\n")
        statusLine = line.bytes
        var text = ByteText()
        text.append("Date: .............................\r\nRequest-Id: ....................\r\n")
        if let contentType { text.append(field: "Content-Type", contentType.description) }
        if !status.forbidsBody { text.append(field: "Content-Length", String(body.count)) }
        for header in headers { text.append(field: header.name, header.value) }
        text.append("\r\n")
        bodyStart = text.bytes.count
        guard !status.forbidsBody else {
            bytes = text.bytes
            largeBody = nil
            return
        }
        largeBody = body.count < ResponseEncoder.largeBodyBytes ? nil : body
        bytes = largeBody == nil ? text.bytes + body : text.bytes
    }
}

/// Bytes that are put together piece by piece when an answer is made ahead.
struct ByteText {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ text: StaticString) { text.withUTF8Buffer { bytes.append(contentsOf: $0) } }

    mutating func append(_ number: Int) { bytes.append(contentsOf: String(number).utf8) }

    mutating func append(field name: StaticString, _ value: String) {
        // A line break here would let a value write header fields of its own.
        precondition(
            value.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x09 }, "a header value holds a control character")
        append(name)
        append(": ")
        bytes.append(contentsOf: value.utf8)
        append("\r\n")
    }
}
