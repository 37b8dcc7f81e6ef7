import CPostgres

/// Hands statements to libpq. Values go as bytes beside the text, answers come back in binary form.
enum SentQuery {
    static func prepare(_ query: SQLQuery, _ name: String, _ handle: OpaquePointer) -> Bool {
        let types = query.parameters.map(\.typeOID)
        return PQsendPrepare(handle, name, query.text, Int32(types.count), types) == 1
    }

    static func run(_ query: SQLQuery, _ name: String, _ handle: OpaquePointer) -> Bool {
        withParameters(query) { values, lengths, formats in
            PQsendQueryPrepared(
                handle, name, Int32(query.parameters.count), values, lengths, formats, binary) == 1
        }
    }

    /// Without a name and without a trace in the connection's memory.
    static func runOnce(_ query: SQLQuery, _ handle: OpaquePointer) -> Bool {
        let types = query.parameters.map(\.typeOID)
        return withParameters(query) { values, lengths, formats in
            PQsendQueryParams(
                handle, query.text, Int32(types.count), types, values, lengths, formats, binary) == 1
        }
    }

    private static let binary: Int32 = 1

    private static func withParameters<Result>(
        _ query: SQLQuery,
        _ body: (
            UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Result
    ) -> Result {
        let parameters = query.parameters
        let lengths = parameters.map { Int32(clamping: max(0, $0.length)) }
        let formats = [Int32](repeating: binary, count: parameters.count)
        // One byte more, so that an empty value at the very end still has an address: none means NULL.
        return (query.payload + [0]).withUnsafeBufferPointer { payload in
            let values = parameters.map { parameter -> UnsafePointer<CChar>? in
                guard parameter.length >= 0, let start = payload.baseAddress else { return nil }
                return UnsafeRawPointer(start + parameter.start).assumingMemoryBound(to: CChar.self)
            }
            return body(values, lengths, formats)
        }
    }
}
