import HTTP

/// The field Authorization of a signed request, taken apart.
struct Authorization {
    let keyID: String
    /// `20260102/us-east-1/dynamodb/aws4_request`.
    let scope: String
    let signedHeaders: [String]
    let signature: String

    init?(_ text: String) {
        guard text.hasPrefix("AWS4-HMAC-SHA256 ") else { return nil }
        var parts: [String: String] = [:]
        for part in text.dropFirst("AWS4-HMAC-SHA256 ".count).split(separator: ",") {
            guard let equals = part.firstIndex(of: "=") else { return nil }
            let name = part[..<equals].drop { $0 == " " }
            parts[String(name)] = String(part[part.index(after: equals)...])
        }
        guard let credential = parts["Credential"], let slash = credential.firstIndex(of: "/"),
            let headers = parts["SignedHeaders"], let signature = parts["Signature"]
        else { return nil }
        keyID = String(credential[..<slash])
        scope = String(credential[credential.index(after: slash)...])
        guard scope.split(separator: "/", omittingEmptySubsequences: false).count == 4 else { return nil }
        signedHeaders = headers.split(separator: ";").map(String.init)
        self.signature = signature
    }

    var day: String { String(scope.prefix { $0 != "/" }) }
    var service: String { String(scope.split(separator: "/")[2]) }
}

/// Header fields that clients are known to sign.
enum SignedHeaders {
    private static let known: [StaticString] = [
        "host", "content-type", "content-length", "content-md5", "content-encoding", "accept",
        "accept-encoding",
        "user-agent", "x-amz-date", "x-amz-target", "x-amz-content-sha256", "x-amz-security-token",
        "x-amz-user-agent", "x-amz-api-version", "x-amzn-query-mode", "amz-sdk-invocation-id",
        "amz-sdk-request",
        "traceparent",
    ]

    static let byName = Dictionary(uniqueKeysWithValues: known.map { ($0.description, $0) })

    /// Without spaces around, and with one where there were several.
    static func trimmed(_ value: String) -> String {
        value.split(separator: " ").joined(separator: " ")
    }
}

/// Times as signatures write them: `20260102T030405Z`.
enum AmazonDate {
    static func epochMs(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else {
            return nil
        }
        func number(_ range: Range<Int>) -> Int? { Int(String(decoding: bytes[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8),
            let hour = number(9..<11), let minute = number(11..<13), let second = number(13..<15),
            1...12 ~= month, 1...31 ~= day, 0...23 ~= hour, 0...59 ~= minute, 0...60 ~= second
        else { return nil }
        let days = daysBefore(year: year, month: month) + day - 1
        return Int64(((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000
    }

    static func text(_ epochMs: Int64) -> String {
        let seconds = Int(epochMs / 1_000)
        var year = 1970 + seconds / 31_556_952
        while daysBefore(year: year + 1, month: 1) <= seconds / 86_400 { year += 1 }
        while daysBefore(year: year, month: 1) > seconds / 86_400 { year -= 1 }
        var month = 12
        while daysBefore(year: year, month: month) > seconds / 86_400 { month -= 1 }
        let day = seconds / 86_400 - daysBefore(year: year, month: month) + 1
        func two(_ value: Int) -> String { Digits.padded(value, to: 2) }
        let time = seconds % 86_400
        return "\(year)\(two(month))\(two(day))T\(two(time / 3_600))\(two(time / 60 % 60))\(two(time % 60))Z"
    }

    /// Days from 1970 to the first of a month.
    private static func daysBefore(year: Int, month: Int) -> Int {
        let before = year - 1
        let leapDays = before / 4 - before / 100 + before / 400 - 477
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (year - 1970) * 365 + leapDays + lengths[..<(month - 1)].reduce(0, +)
    }
}
