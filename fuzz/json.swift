// fuzz-sources: Sources/JSON/*.swift
//
// Any bytes are either refused or a document. A document reads the same when it is skipped, built as a tree, or
// written and read again.

@_cdecl("LLVMFuzzerTestOneInput")
func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    // The memory is libFuzzer's and ends where the input ends: reading past it is caught.
    let input = UnsafeRawBufferPointer(start: start, count: count)
    let isSkipped = isAccepted { () throws(JSONError) in
        try JSONReader.read(input) { reader throws(JSONError) in try reader.skip() }
    }
    var tree: JSONValue?
    let isBuilt = isAccepted { () throws(JSONError) in tree = try JSONValue(parsing: Array(input)) }
    // A tree asks for numbers that fit; everything else it refuses is refused unread too.
    precondition(isSkipped || !isBuilt, "built as a tree, but refused when skipped")
    guard let tree else { return 0 }

    let written = bytes(of: tree)
    var again: JSONValue?
    let isReadAgain = isAccepted { () throws(JSONError) in again = try JSONValue(parsing: written) }
    guard isReadAgain, let again else { preconditionFailure("what was written is refused") }
    precondition(bytes(of: again) == written, "written twice, and not the same")
    return 0
}

private func isAccepted(_ body: () throws(JSONError) -> Void) -> Bool {
    do throws(JSONError) {
        try body()
        return true
    } catch {
        // The message and the pointer are built from the input as well.
        _ = error.description
        precondition(error.offset >= 0, "an error before the beginning")
        return false
    }
}

private func bytes(of tree: JSONValue) -> [UInt8] {
    var writer = JSONWriter(capacity: 16)
    writer.element(tree)
    return writer.bytes
}
