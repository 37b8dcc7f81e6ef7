import HTTP

/// An answer on its way out.
struct Reply {
    var status = Status.ok
    var body: [UInt8]
    var queryError: String?
    /// The connection ends instead of an answer.
    var isDropped = false

    init(body: [UInt8]) { self.body = body }

    init(_ refusal: Refusal) {
        status = refusal.status
        body = refusal.body
        if let code = refusal.queryCode {
            queryError = code + (refusal.status.code < 500 ? ";Sender" : ";Receiver")
        }
    }

    consuming func response(isQueue: Bool, requestID: String) -> Response {
        guard !isDropped else { return .hangUp() }
        var headers = [Header("x-amzn-RequestId", requestID)]
        if !isQueue { headers.append(Header("x-amz-crc32", String(CRC32.checksum(body)))) }
        if let queryError { headers.append(Header("x-amzn-query-error", queryError)) }
        return Response(status, contentType: "application/x-amz-json-1.0", headers: headers, body: body)
    }
}
