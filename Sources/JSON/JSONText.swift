/// A string inside a document, not yet decoded: comparing it with a literal costs one `memcmp`.
///
/// It points into the document and must not outlive the closure that was given it; `String(_:)` copies it out.
package struct JSONText {
    let raw: UnsafeRawBufferPointer
    let hasEscapes: Bool

    /// The text's bytes with escapes decoded, for the length of the call.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard hasEscapes else { return try body(raw) }
        let decoded = JSONUnescaping.decoded(raw)
        // A typed error cannot pass through `withUnsafeBytes` of an array, so it is carried out by hand.
        let outcome: Swift.Result<Result, Failure> = decoded.withUnsafeBytes { bytes in
            do throws(Failure) { return .success(try body(bytes)) } catch { return .failure(error) }
        }
        return try outcome.get()
    }

    package static func == (text: JSONText, literal: StaticString) -> Bool {
        literal.withUTF8Buffer { text.equals(UnsafeRawBufferPointer($0)) }
    }

    /// Lets `switch key { case "event": … }` compare bytes.
    package static func ~= (literal: StaticString, text: JSONText) -> Bool { text == literal }

    func equals(_ other: UnsafeRawBufferPointer) -> Bool {
        guard !hasEscapes else { return withBytes { $0.elementsEqual(other) } }
        return raw.count == other.count && raw.elementsEqual(other)
    }

    func equals(_ other: JSONText) -> Bool { other.withBytes { equals($0) } }
}

extension String {
    package init(_ text: JSONText) {
        self = text.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}
