// Targets through the parser, the routes and the query: whatever is found lies inside the target.
// fuzz-sources: Sources/HTTP/Parser/*.swift Sources/HTTP/Routing/RouteTree.swift Sources/HTTP/Messages/QueryText.swift

import Glibc

// Made once and only read: the fuzzer runs on one thread.
nonisolated(unsafe) private let tree: (tree: RouteTree, count: Int) = {
    var tree = RouteTree()
    for pattern in [
        "/", "/a", "/a/b", "/a/{x}", "/a/{x}/c", "/{p}/{q}/{r}/{s}", "/public/events",
        "/public/events/{event}",
        "/public/events/{event}/seats", "/confirm/payment-intent/{id}/cancel",
    ] { _ = tree.leaf(of: pattern) }
    return (tree, tree.leafCount)
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let target = Array(UnsafeRawBufferPointer(start: data, count: size))
    var request = Array("GET ".utf8) + target + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    var parser = RequestParser(limits: ParserLimits())
    request.withUnsafeMutableBytes { buffer in
        let base = UnsafeRawPointer(buffer.baseAddress!)
        if parser.advance(buffer.baseAddress!, count: buffer.count) == .complete {
            let inside = 4..<(4 + size)
            let head = parser.head
            precondition(inside.contains(head.path.lowerBound) && head.path.upperBound <= inside.upperBound)
            precondition(buffer[head.path.lowerBound] == UInt8(ascii: "/"))
            var parameters = InlineArray<4, Range<Int>>(repeating: -1 ..< -1)
            if let leaf = tree.tree.match(head.path, in: base, parameters: &parameters) {
                precondition(leaf < tree.count)
                for index in 0..<4 where parameters[index].lowerBound >= 0 {
                    let range = parameters[index]
                    precondition(!range.isEmpty && head.path.contains(range.lowerBound))
                    precondition(range.upperBound <= head.path.upperBound)
                    precondition(!buffer[range].contains(UInt8(ascii: "/")))
                }
            }
            if let query = head.query {
                precondition(query.upperBound <= inside.upperBound)
                let text = QueryText(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[query]))
                _ = text.value(of: "since")
                _ = text.value(of: "a")
                _ = text.value(of: "")
            }
        }
    }
    // And without the parser before it: any bytes at all, in an allocation of exactly their size.
    let exact = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
    defer { exact.deallocate() }
    exact.copyBytes(from: target)
    let text = QueryText(UnsafeRawBufferPointer(exact))
    _ = text.value(of: "since")
    _ = QueryText.decoded(UnsafeRawBufferPointer(exact))
    var parameters = InlineArray<4, Range<Int>>(repeating: 0..<0)
    _ = tree.tree.match(0..<size, in: UnsafeRawPointer(exact.baseAddress!), parameters: &parameters)
    return 0
}
