import Testing

@Suite("Rooms, not drawers")
struct NamesOfRoomsTests {
    @Test("no file, folder or type is named after nothing in particular")
    func names() {
        expectNone(SourceTree.project.files.flatMap(NamesOfRooms.faults))
    }

    @Test(
        "a drawer is found in a folder, a file and a type",
        arguments: [
            ("Sources/HTTP/Util" + "s/Date.swift", "", 1), ("dev/misc" + ".sh", "", 1),
            ("Sources/HTTP/Response+Help" + "ers.swift", "", 1),
            ("Sources/HTTP/A.swift", "import Glibc\nfinal class ConnectionMana" + "ger {}", 2),
        ])
    func findsDrawer(path: String, text: String, line: Int) {
        let faults = NamesOfRooms.faults(in: TextFile(path: path, text: text))
        #expect(faults.map(\.line) == [line])
    }

    @Test("a word that only contains a drawer's name is no drawer")
    func sparesOtherWords() {
        let file = TextFile(
            path: "Sources/HTTP/Uncommonness.swift", text: "struct Miscount {}\nlet utils = 1")
        #expect(NamesOfRooms.faults(in: file).isEmpty)
    }
}
