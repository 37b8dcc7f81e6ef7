/// A request as AWS's Signature Version 4 sees it.
struct CanonicalRequest {
    var method: StaticString = "POST"
    var path = "/"
    /// Sorted and percent-encoded.
    var query = ""
    /// Lower-case names in the order of their bytes, values without outer white space.
    var headers: [(name: String, value: String)]

    /// Of a query whose names and values are not encoded yet.
    static func query(_ parameters: [(String, String)]) -> String {
        parameters
            .map { (encoded($0.0), encoded($0.1)) }
            .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
            .map { "\($0.0)=\($0.1)" }
            .joined(separator: "&")
    }

    /// Everything but RFC 3986's unreserved characters as `%XX`.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The names as the signature lists them: `host;x-amz-date`.
    func appendSignedNames(to bytes: inout [UInt8]) {
        for (index, header) in headers.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ";")) }
            bytes.append(contentsOf: header.name.utf8)
        }
    }

    func append(payloadDigest: [UInt8], to bytes: inout [UInt8]) {
        method.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: path.utf8)
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: query.utf8)
        bytes.append(UInt8(ascii: "\n"))
        for header in headers {
            bytes.append(contentsOf: header.name.utf8)
            bytes.append(UInt8(ascii: ":"))
            bytes.append(contentsOf: header.value.utf8)
            bytes.append(UInt8(ascii: "\n"))
        }
        bytes.append(UInt8(ascii: "\n"))
        appendSignedNames(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: payloadDigest)
    }
}
