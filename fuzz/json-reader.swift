// Documents that are skipped and documents that are read: both ways must agree, and what was read must survive being
// written and read again.
// fuzz-sources: Sources/JSON/*.swift

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let source = UnsafeRawBufferPointer(start: data, count: size)
    // An allocation of exactly this size, so that the address sanitizer sees a look past the end.
    let exact = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
    defer { exact.deallocate() }
    exact.copyMemory(from: source)
    let bytes = UnsafeRawBufferPointer(exact)

    var isSkipped = true
    do throws(JSONError) {
        try JSONReader.read(bytes) { reader throws(JSONError) in try reader.skip() }
    } catch {
        isSkipped = false
        precondition(!error.description.isEmpty)
    }
    let value = try? JSONValue(parsing: Array(bytes))
    // A number may be well-formed and yet beyond any that can be held; everything else that is read can be skipped.
    precondition(value == nil || isSkipped, "a document was read that is none")
    guard let value else { return 0 }

    // Compared as written: `1.5e3` is written as `1500`, which is read as an integer and not as a double.
    let written = text(of: value)
    let again = try? JSONValue(parsing: written)
    precondition(again.map(text) == written, "a document was written that is another")
    return 0
}

private func text(of value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.element(value)
    return writer.bytes
}
