import JSON
import Testing
import TicketingTesting

@Suite("ticket events seed")
struct EventSeedTests {
    private let terminal = Terminal()

    private func seed(_ text: String?) -> Terminal.Answer {
        terminal.run(["events", "seed"], environment: text.map { ["SEED_EVENT": $0] } ?? [:])
    }

    private var venue: JSONValue? {
        terminal.run(["events", "list", "--json"]).json?["events"]?[0]?["venue"]
    }

    @Test("the text of a file becomes an event, again it changes nothing, another text changes it")
    func text() {
        let text = terminal.run(["events", "demo"]).out
        let first = seed(text)
        #expect(first.code == 0 && first.out.contains("Event demo is there now"), "\(first.err)")
        #expect(seed(text).out.contains("was there already, just so"))
        #expect(seed(text.replacing("Sample House", with: "Other House")).code == 0)
        #expect(venue == .string("The Other House"))
    }

    @Test("the demo event is brought once; what was made of it since is left alone")
    func demo() {
        #expect(seed("demo").code == 0)
        let changed = terminal.run(["events", "demo"]).out.replacing("Sample House", with: "Other House")
        #expect(seed(changed).code == 0)
        #expect(seed("demo").code == 0)
        #expect(venue == .string("The Other House"))
    }

    @Test("none brings nothing, and a variable that is missing or no event is refused with its place")
    func refused() {
        #expect(seed("none").code == 0)
        #expect(seed(nil).code == 64 && seed("").code == 64)
        let broken = seed("{\"id\": 1}")
        #expect(broken.code == 65 && broken.err.contains("SEED_EVENT:1:"), "\(broken.err)")
        #expect(!terminal.data.names().contains("ticket.db"))
    }
}
