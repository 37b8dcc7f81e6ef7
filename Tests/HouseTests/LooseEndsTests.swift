import Testing

@Suite("No loose ends")
struct LooseEndsTests {
    @Test("no file puts work off in a comment")
    func ends() {
        expectNone(SourceTree.project.files.flatMap(LooseEnds.faults))
    }

    @Test("each mark is found as a word of its own")
    func findsMarks() {
        let text = "// TO" + "DO: later\nlet a = 1\n# FIX" + "ME(me)\nXX" + "X\nmktemp /tmp/a.XXXXXX"
        let faults = LooseEnds.faults(in: TextFile(path: "dev/a.sh", text: text))
        #expect(faults.map(\.line) == [1, 3, 4])
    }
}
