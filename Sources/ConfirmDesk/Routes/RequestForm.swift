import HTTP
import JSON
import Ticketing

/// How a request has to look before anybody reads its values.
enum RequestForm {
    /// A body has to be called JSON, and be called that once; parameters behind it do not matter.
    static func checkMediaType(_ request: borrowing Request) throws(Problem) {
        guard let type = request.header("content-type"), request.headerCount("content-type") == 1,
            isJSON(type)
        else { throw .unsupportedMediaType }
    }

    /// For routes that take nothing: no body, or an empty object as some clients always send one.
    static func checkHasNoValues(_ request: borrowing Request) throws(Problem) {
        guard !request.body.isEmpty else { return }
        do throws(JSONError) {
            try JSONReader.read(request.body) { reader throws(JSONError) in
                try reader.object { _, reader throws(JSONError) in throw reader.unknownMember() }
            }
        } catch {
            throw .invalidBody(error)
        }
    }

    /// `KEY` and `"KEY"` are the same; a quote that begins and does not end is a mistake.
    static func idempotencyKey(_ request: borrowing Request) throws(Problem) -> IdempotencyKey {
        guard let value = request.header("idempotency-key") else { throw .idempotencyKeyMissing }
        guard request.headerCount("idempotency-key") == 1 else {
            throw .idempotencyKeyInvalid("Send one Idempotency-Key, not several.")
        }
        let quote = UInt8(ascii: "\"")
        if value.first == quote {
            guard value.count > 1, value.last == quote, !value[1..<(value.count - 1)].contains(quote) else {
                throw .idempotencyKeyInvalid("Close the quotes around the key, or leave both away.")
            }
        }
        do throws(InvalidValue) {
            return try IdempotencyKey(headerValue: String(decoding: value, as: UTF8.self))
        } catch {
            throw .idempotencyKeyInvalid("The key \(error.message).")
        }
    }

    private static func isJSON(_ type: UnsafeRawBufferPointer) -> Bool {
        let name: StaticString = "application/json"
        guard type.count >= name.utf8CodeUnitCount else { return false }
        for index in 0..<name.utf8CodeUnitCount {
            guard ASCIICase.lower(type[index]) == name.utf8Start[index] else { return false }
        }
        let rest = type.dropFirst(name.utf8CodeUnitCount).drop { $0 == 0x20 || $0 == 0x09 }
        return rest.isEmpty || rest.first == UInt8(ascii: ";")
    }
}

/// Schemes and media types are the same in either case.
enum ASCIICase {
    static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
