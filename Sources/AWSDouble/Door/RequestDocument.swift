import JSON

/// Reading the body of a call.
enum RequestDocument {
    /// Items nest 32 levels, each of which is two levels of JSON.
    private static let depthLimit = 96

    static func read(
        _ body: UnsafeRawBufferPointer,
        _ member: (JSONText, inout JSONReader) throws(JSONError) -> Void
    ) throws(Refusal) {
        do throws(JSONError) {
            try JSONReader.read(body, depthLimit: depthLimit) { reader throws(JSONError) in
                try reader.object { name, reader throws(JSONError) in try member(name, &reader) }
            }
        } catch {
            throw Refusal(error)
        }
    }

    /// How AWS says that a parameter is outside of what its model allows.
    static func constraint(_ value: String, _ member: String, _ rule: String) -> String {
        "1 validation error detected: Value '\(value)' at '\(member)' failed to satisfy constraint: \(rule)"
    }
}
