import JSON

/// A refusal as RFC 9457 wants it. Handlers throw it; the server adds the request id and writes it.
package struct Problem: Error, Sendable {
    /// A member beyond the standard ones, its value already JSON.
    package struct Member: Sendable {
        package let name: StaticString
        package let json: [UInt8]

        package init(_ name: StaticString, json: [UInt8]) {
            self.name = name
            self.json = json
        }

        package init(_ name: StaticString, _ text: String) {
            var writer = JSONWriter()
            writer.element(text)
            self.init(name, json: writer.bytes)
        }

        package init(_ name: StaticString, _ number: Int) {
            var writer = JSONWriter()
            writer.element(number)
            self.init(name, json: writer.bytes)
        }
    }

    /// The NAME in `/problems/NAME`.
    package let name: StaticString
    package let status: Status
    package let title: StaticString
    /// One sentence that says what to do.
    package let detail: String
    package var members: [Member]
    package var headers: [Header]

    package init(
        _ name: StaticString, _ status: Status, title: StaticString, detail: String, members: [Member] = [],
        headers: [Header] = []
    ) {
        self.name = name
        self.status = status
        self.title = title
        self.detail = detail
        self.members = members
        self.headers = headers
    }

    func body(requestID: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "/problems/\(name)")
            writer.member("title", title)
            writer.member("status", Int(status.code))
            writer.member("detail", detail)
            writer.member("requestId", requestID)
            for member in members { writer.member(member.name, raw: member.json) }
        }
        return writer.bytes
    }

    func response(requestID: String) -> Response {
        Response(
            status, contentType: "application/problem+json", headers: headers,
            body: body(requestID: requestID))
    }
}
