import Glibc
import HTTP

/// The parameters a route takes. Others are left alone: links carry them for reasons of their own.
enum TargetQuery {
    /// The value, nil when it is not given. Given twice it would mean two things.
    static func value(_ name: StaticString, in request: borrowing Request) throws(Problem) -> String? {
        guard let query = request.rawQuery else { return nil }
        switch count(name, in: query) {
        case 0: return nil
        case 1:
            guard let value = request.query(name) else {
                throw .invalidRequest("The parameter `\(name)` must be percent-encoded UTF-8.")
            }
            return value
        default: throw .invalidRequest("Give the parameter `\(name)` once.")
        }
    }

    private static func count(_ name: StaticString, in query: UnsafeRawBufferPointer) -> Int {
        let length = name.utf8CodeUnitCount
        return query.split(separator: UInt8(ascii: "&")).count { pair in
            guard pair.count >= length,
                memcmp(query.baseAddress! + pair.startIndex, name.utf8Start, length) == 0
            else { return false }
            return pair.count == length || query[pair.startIndex + length] == UInt8(ascii: "=")
        }
    }
}
