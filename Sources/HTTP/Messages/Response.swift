/// What a handler answers. It is given once, so it cannot be copied: the bytes of a body change hands and are
/// never duplicated.
package struct Response: ~Copyable {
    package var status: Status
    package var contentType: StaticString?
    package var headers: [Header]
    package var body: [UInt8]
    /// Bytes made ahead; they stand in place of everything above.
    var ready: ReadyAnswer?
    var hangsUp = false

    package init(
        _ status: Status, contentType: StaticString? = nil, headers: [Header] = [], body: [UInt8] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    /// An answer whose bytes are ready, head and body.
    package init(_ ready: ReadyAnswer) {
        self.status = ready.status
        self.headers = []
        self.body = []
        self.ready = ready
    }

    /// No answer at all: the connection ends, as one does that is cut. For servers that have to fail on purpose.
    package static func hangUp() -> Response {
        var response = Response(.internalError)
        response.hangsUp = true
        return response
    }

    /// A line break in a value would let it write header fields of its own.
    var isWritable: Bool {
        for header in headers {
            for byte in header.value.utf8 where (byte < 0x20 && byte != 0x09) || byte == 0x7f { return false }
        }
        return true
    }

    package static func json(_ status: Status, _ body: [UInt8], headers: [Header] = []) -> Response {
        Response(status, contentType: "application/json", headers: headers, body: body)
    }

    package static func text(_ status: Status, _ body: String) -> Response {
        Response(status, contentType: "text/plain; charset=utf-8", body: Array(body.utf8))
    }
}
