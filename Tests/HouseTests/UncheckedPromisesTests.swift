import Testing

@Suite("Promises the compiler does not check")
struct UncheckedPromisesTests {
    @Test("each says on the line above why it is safe")
    func promises() {
        expectNone(SourceTree.project.files.flatMap(UncheckedPromises.faults))
    }

    @Test("a bare promise is found; a comment above settles it, a comment behind does not")
    func findsBarePromise() {
        let file = TextFile(
            path: "Sources/EventLoop/Loop.swift",
            text: """
                // The loop's thread alone touches it.
                nonisolated(unsafe) var jobs = 0
                let text = "@unchecked Sendable"
                final class Loop: @unchecked Sendable {  // safe
                }
                """)
        #expect(UncheckedPromises.faults(in: file).map(\.line) == [4])
    }
}
