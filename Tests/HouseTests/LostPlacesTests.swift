import Testing

@Suite("Pairs that lose their first half")
struct LostPlacesTests {
    @Test("are nowhere")
    func none() {
        expectNone(SourceTree.project.files.flatMap(LostPlaces.faults))
    }

    @Test("are found where something is awaited inside a case, and not where it was awaited before")
    func findsOne() {
        let file = TextFile(
            path: "Sources/OrderWorker/Desk.swift",
            text: """
                return (index, .success(try await store.read(key)))
                group.addTask { (index, .some(await store.read(key))) }
                let value = try await store.read(key)
                return (index, .success(value))
                return (index, try await store.read(key))
                // return (index, .success(try await store.read(key)))
                """)
        #expect(LostPlaces.faults(in: file).map(\.line) == [1, 2])
    }
}
