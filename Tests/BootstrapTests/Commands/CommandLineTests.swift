import Bootstrap
import Testing
import TicketingTesting

@Suite("The command line of ticket")
struct CommandLineTests {
    private let terminal = Terminal()

    static let names = [
        "events import", "events list", "events demo", "orders list", "orders show", "orders tickets",
        "orders verify", "orders public-key", "queue stats",
        "queue dead",
        "queue redrive", "queue abandon", "token issue", "integrity", "doctor",
    ]

    @Test("help lists every command, and each command has its own", arguments: names)
    func help(name: String) {
        #expect(terminal.run(["help"]).out.contains("  \(name)"))
        let words = name.split(separator: " ").map(String.init)
        let own = terminal.run(words + ["--help"])
        #expect(own.code == 0)
        #expect(own.out.hasPrefix("ticket \(name): "))
        #expect(own.out.contains("--json") && own.out.contains("--data"))
        #expect(terminal.run(["help"] + words).out == own.out)
    }

    @Test("nothing at all gets the overview and the code for wrong use")
    func nothing() {
        let answer = terminal.run([])
        #expect(answer.code == 64)
        #expect(answer.out.contains("Usage: ticket COMMAND"))
    }

    @Test("the version is printed")
    func version() {
        #expect(terminal.run(["--version"]).out == "ticket \(Executable.version)\n")
    }

    @Test(
        "a mistyped command is refused with the one that was probably meant",
        arguments: [
            (["evnts", "list"], "ticket events list"), (["queue", "redrvie"], "ticket queue redrive"),
            (["docter"], "ticket doctor"), (["rnu"], "ticket run"), (["queue"], "`queue stats`"),
            (["integrty", "demo"], "ticket integrity"),
        ])
    func nearest(words: [String], meant: String) {
        let answer = terminal.run(words)
        #expect(answer.code == 64)
        #expect(answer.err.contains(meant), "\(answer.err)")
        #expect(answer.out.isEmpty)
    }

    @Test(
        "wrong use of a command is refused in one line before anything is opened",
        arguments: [
            (["orders", "list", "--limt", "3"], "did you mean --limit?"),
            (["orders", "list", "--limit", "0"], "from 1 to 10000"),
            (["orders", "list", "--limit"], "--limit needs a value"),
            (["orders", "list", "--limit", "3", "--limit", "4"], "given twice"),
            (["orders", "list", "demo"], "`demo` is not expected here"), (["orders", "show"], "exactly one"),
            (["orders", "show", "12"], "ABCD-EFGH-IJKL-MNOP"),
            (["orders", "tickets", "12"], "ABCD-EFGH-IJKL-MNOP"), (["orders", "tickets"], "exactly one"),
            (["orders", "verify", "T1.x"], "--event says"),
            (["orders", "verify", "T1.x", "--event", "demo", "--public-key", "?"], "orders public-key"),
            (["orders", "verify", "T1.x", "--event", "demo", "--public-key", "AAAA"], "32 bytes"),
            (["orders", "list", "--port", "1"], "--port"),
            (["token", "issue", "--count", "1000001"], "from 1 to 1000000"), (["integrity"], "exactly one"),
            (["integrity", "a/b"], "event id"),
            (["queue", "dead", "--reason", "paymnt"], "did you mean payment?"),
            (["queue", "dead", "--id", "pi_a", "--event", "demo"], "--id names one letter"),
            (["queue", "abandon"], "say --yes"), (["events", "list", "--json=yes"], "takes no value"),
        ])
    func wrongUse(words: [String], complaint: String) {
        let answer = terminal.run(words)
        #expect(answer.code == 64)
        #expect(answer.err.contains(complaint), "\(answer.err)")
        #expect(answer.err.split(separator: "\n").count == 1)
        #expect(answer.out.isEmpty)
        #expect(terminal.data.names().isEmpty)
    }

    @Test(
        "a command that looks at a store makes none where there is none",
        arguments: [
            ["events", "list"], ["orders", "list"], ["orders", "show", "ABCD-EFGH-IJKL-MNOP"],
            ["queue", "stats"],
            ["queue", "dead"], ["queue", "redrive"], ["queue", "abandon", "--yes"], ["integrity", "demo"],
        ])
    func noStore(words: [String]) {
        let answer = terminal.run(words)
        #expect(answer.code == 66)
        #expect(answer.err.contains("there is no store at \(terminal.data.path)/ticket.db"))
        #expect(terminal.data.names().isEmpty)
    }

    @Test("a bad variable stops a command as it stops a service")
    func badVariable() {
        let answer = terminal.run(["events", "list"], environment: ["TICKET_LEDGER": "mysql:x"])
        #expect(answer.code == 64)
        #expect(answer.err.contains("TICKET_LEDGER=mysql:x is not right"))
    }
}
