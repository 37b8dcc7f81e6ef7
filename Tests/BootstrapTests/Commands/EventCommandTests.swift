import JSON
import Testing
import TicketingTesting

@Suite("ticket events")
struct EventCommandTests {
    private let terminal = Terminal()

    private func demoFile(replacing part: String = "", with other: String = "", as name: String = "demo.json")
        -> String
    {
        let text = terminal.run(["events", "demo"]).out
        return terminal.data.write(
            text.replacing(part, with: other, maxReplacements: part.isEmpty ? 0 : 1), to: name)
    }

    @Test("the demo file imports, the same again changes nothing, another name changes it")
    func imports() {
        let file = demoFile()
        let first = terminal.run(["events", "import", file, "--json"])
        #expect(first.code == 0)
        #expect(first.json?["outcome"] == .string("added"))
        #expect(first.json?["seats"] == .integer(1_000))
        #expect(terminal.run(["events", "import", file, "--json"]).json?["outcome"] == .string("unchanged"))
        let other = demoFile(replacing: "Sample House", with: "Other House")
        #expect(terminal.run(["events", "import", other, "--json"]).json?["outcome"] == .string("updated"))
        let list = terminal.run(["events", "list", "--json"]).json?["events"]
        #expect(list?[0]?["venue"] == .string("The Other House"))
        #expect(list?[0]?["sale"] == .string("open"))
        #expect(list?[1] == nil)
    }

    @Test("a person reads what was imported and what is listed")
    func words() {
        let imported = terminal.run(["events", "import", demoFile()])
        #expect(
            imported.out.contains(
                "Event demo is there now: 1000 seats in 5 sections, 3 prices, on sale until"))
        let listed = terminal.run(["events", "list"]).out.split(separator: "\n")
        #expect(listed[0].hasPrefix("EVENT  NAME"))
        #expect(listed[1].hasPrefix("demo   An Evening of Demonstration  1000"))
    }

    @Test("every fault of a file is told with its place, and nothing is imported")
    func faults() {
        let file = demoFile(replacing: "\"KRW\"", with: "\"won\"")
        let told = terminal.run(["events", "import", file])
        #expect(told.code == 65)
        #expect(told.err.contains("\(file):5:"), "\(told.err)")
        let json = terminal.run(["events", "import", file, "--json"])
        #expect(json.code == 65)
        #expect(json.json?["faults"]?[0]?["line"] == .integer(5))
        #expect(!terminal.data.names().contains("ticket.db"))
    }

    @Test("a dry run checks the file and opens no store")
    func dryRun() {
        let answer = terminal.run(["events", "import", demoFile(), "--dry-run", "--json"])
        #expect(answer.code == 0)
        #expect(answer.json?["outcome"] == .string("valid"))
        #expect(!terminal.data.names().contains("ticket.db"))
    }

    @Test("a file that is not there is said to be missing")
    func missing() {
        let answer = terminal.run(["events", "import", "/nonexistent.json"])
        #expect(answer.code == 66)
        #expect(answer.err.contains("cannot read /nonexistent.json"))
    }
}
