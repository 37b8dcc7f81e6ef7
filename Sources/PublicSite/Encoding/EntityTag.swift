import Cryptography
import Glibc

/// A strong validator of one representation: it names these very bytes.
struct EntityTag: Equatable, Sendable {
    /// With its quotes, as the fields have it.
    let text: String
    private let bytes: [UInt8]

    /// The coding's name keeps the representations of one body apart for whoever reads a log.
    init(of body: [UInt8], _ coding: ContentCoding) {
        let suffix = coding.token.map { "-\($0)" } ?? ""
        text = "\"\(ContentName.short(of: body))\(suffix)\""
        bytes = Array(text.utf8)
    }

    /// Whether an If-None-Match field (RFC 9110 section 13.1.2) names this tag: `*`, or a list in which a weak
    /// tag counts as much as a strong one. A field that cannot be read names nothing more.
    func isNamed(in field: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < field.count {
            switch field[index] {
            case 0x20, 0x09, UInt8(ascii: ","): index += 1
            case UInt8(ascii: "*"): return isOnlyThing(field, at: index)
            default:
                if field[index] == UInt8(ascii: "W") {
                    guard index + 1 < field.count, field[index + 1] == UInt8(ascii: "/") else { return false }
                    index += 2
                }
                guard index < field.count, field[index] == UInt8(ascii: "\""),
                    let end = closingQuote(field, index)
                else { return false }
                let length = end + 1 - index
                if length == bytes.count, memcmp(field.baseAddress! + index, bytes, length) == 0 {
                    return true
                }
                index = end + 1
            }
        }
        return false
    }

    private func isOnlyThing(_ field: UnsafeRawBufferPointer, at star: Int) -> Bool {
        for index in 0..<field.count where index != star && field[index] != 0x20 && field[index] != 0x09 {
            return false
        }
        return true
    }

    /// A comma may stand inside a tag, a quote may not.
    private func closingQuote(_ field: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        var index = start + 1
        while index < field.count {
            if field[index] == UInt8(ascii: "\"") { return index }
            index += 1
        }
        return nil
    }
}
