import Testing

@Suite("At home on any machine")
struct MachineNamesTests {
    @Test("no file names a folder of one machine or a registry's host")
    func names() {
        expectNone(SourceTree.project.files.flatMap(MachineNames.faults))
    }

    @Test("a path of one machine is found, a path that only contains such a name is not")
    func findsPaths() {
        let text = """
            cd /wo\("rk/main")
            see docs/work/plan.md and $HOME/work/x
            let path = "/ho\("me/me/a")"
            GET /public/home/page
            """
        #expect(MachineNames.faults(in: TextFile(path: "dev/a.sh", text: text)).map(\.line) == [1, 3])
    }

    @Test("a registry's host is found")
    func findsHosts() {
        let text = "pip install --index-url https://py" + "pi.org/simple x"
        #expect(MachineNames.faults(in: TextFile(path: "dev/a.sh", text: text)).map(\.line) == [1])
    }
}
