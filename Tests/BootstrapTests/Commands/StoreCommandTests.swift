import Glibc
import JSON
import Testing
import TicketingTesting

/// Commands that look at a store with an event and without a sale; `ServiceTests` has those with one.
@Suite("Commands on a quiet store")
struct StoreCommandTests {
    private let terminal = Terminal()

    init() {
        let demo = terminal.run(["events", "demo"]).out
        _ = terminal.run(["events", "import", terminal.data.write(demo, to: "demo.json")])
    }

    @Test("there are no orders and no letters, and that is said")
    func empty() {
        #expect(terminal.run(["orders", "list"]).out.contains("There is no order."))
        #expect(terminal.run(["orders", "list", "--json"]).out == "{\"orders\":[],\"next\":null}\n")
        #expect(terminal.run(["queue", "dead", "--json"]).out == "{\"deadLetters\":[],\"next\":null}\n")
        let redriven = terminal.run(["queue", "redrive", "--json"])
        #expect(redriven.out == "{\"dryRun\":false,\"redriven\":[],\"failed\":[]}\n")
        let stats = terminal.run(["queue", "stats", "--json"]).json
        #expect(stats?["visible"] == .integer(0) && stats?["deadLetters"] == .integer(0))
        #expect(stats?["oldestAgeMs"] == .null)
    }

    @Test("an order, a letter or an event that is not there has the code for it")
    func unknown() {
        #expect(terminal.run(["orders", "show", "abcd-efgh-ijkl-mnop"]).code == 66)
        #expect(terminal.run(["queue", "abandon", "--id", "pi_a"]).code == 66)
        #expect(terminal.run(["queue", "redrive", "--id", "pi_a"]).code == 66)
        #expect(terminal.run(["integrity", "other"]).code == 66)
    }

    @Test("an event that nobody bought from adds up")
    func integrity() {
        let answer = terminal.run(["integrity", "demo", "--json"])
        #expect(answer.code == 0)
        let members = [
            "capacity": 1_000, "free": 1_000, "held": 0, "selling": 0, "sold": 0, "blocked": 0, "oversold": 0,
            "ticketsInOrders": 0, "strays": 0, "queueDepth": 0, "workerLagMs": 0,
        ]
        for (name, number) in members { #expect(answer.json?[name] == .integer(Int64(number)), "\(name)") }
        #expect(terminal.run(["integrity", "demo"]).out.contains("It adds up."))
    }

    @Test("the doctor finds nothing wrong with it, and says each thing it looked at")
    func doctor() {
        let answer = terminal.run(["doctor", "--json"])
        #expect(answer.code == 0)
        guard case .array(let findings)? = answer.json?["findings"] else {
            Issue.record("no findings")
            return
        }
        let subjects = findings.compactMap { $0["subject"]?.string }
        for subject in [
            "settings", "clock", "descriptors", "disk", "store", "token key", "ticket key", "event", "queue",
            "dead letters",
        ] { #expect(subjects.contains(subject)) }
        #expect(findings.allSatisfy { $0["grade"] != .string("fail") })
        #expect(findings.allSatisfy { ($0["grade"] == .string("ok")) == ($0["cure"] == .null) })
    }

    @Test(
        "the doctor sees a store that others can read, a key that others can read, and a variable that is wrong"
    )
    func doctorFinds() {
        chmod("\(terminal.data.path)/ticket.db", 0o644)
        _ = terminal.run(["token", "issue"])
        chmod("\(terminal.data.path)/token-key", 0o644)
        let answer = terminal.run(["doctor"], environment: ["TICKET_LOOPS": "none"])
        #expect(answer.code == 1)
        #expect(answer.out.contains("chmod 600 \(terminal.data.path)/ticket.db"))
        #expect(answer.out.contains("chmod 600 \(terminal.data.path)/token-key"))
        #expect(answer.out.contains("TICKET_LOOPS=none is not right"))
        #expect(answer.err.contains("2 things are wrong"))
    }

    @Test("the doctor makes nothing, and a file of another program is seen")
    func doctorTouchesNothing() {
        let empty = Terminal()
        #expect(empty.run(["doctor"]).code == 0)
        #expect(empty.data.names().isEmpty)
        _ = empty.data.write(String(repeating: "x", count: 4_096), to: "ticket.db")
        let answer = empty.run(["doctor"])
        #expect(answer.code == 1)
        #expect(answer.out.contains("is no store of ticket"))
    }
}
