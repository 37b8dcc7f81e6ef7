import HTTP
import JSON
import Testing
import TicketingTesting

/// What an operator does beside a running sale.
@Suite("Commands beside a running sale", .serialized)
struct CommandsBesideRunTests {
    private let data = ScratchDirectory()

    @Test("orders, integrity and the doctor see what was sold")
    func looking() async throws {
        let run = try TicketRun(data)
        let buyer = try await TestBuyer(run.client)
        for seat in ["A-1-1", "A-1-2", "A-1-3"] {
            let opened = try await buyer.buy([seat], key: seat)
            #expect(try await buyer.ending(of: opened.intentID).json?["status"] == .string("confirmed"))
        }
        let page = try run.command(["orders", "list", "--event", "demo", "--limit", "2", "--json"])
        #expect(page.code == 0)
        let next = try #require(page.json?["next"]?.string)
        #expect(page.json?["orders"]?[1]?["number"]?.string == next)
        let rest = try run.command(["orders", "list", "--after", next, "--json"])
        #expect(rest.json?["orders"]?[0] != nil)
        #expect(rest.json?["orders"]?[1] == nil)
        #expect(rest.json?["next"] == .null)
        let shown = try run.command(["orders", "show", next.lowercased(), "--json"])
        #expect(shown.json == page.json?["orders"]?[1])

        let counted = try run.command(["integrity", "demo", "--json"])
        #expect(counted.code == 0)
        // The page may be a moment old; the sale stands still, so a newer one is the same.
        let shownPage = try await run.client.repeatedly {
            try await run.client.get("/public/events/demo/integrity")
        } until: {
            $0.json == counted.json
        }
        #expect(counted.json == shownPage.json)
        #expect(counted.json?["sold"] == .integer(3))
        #expect(try run.command(["doctor"]).code == 0)
        #expect(run.end() == 0)
    }

    @Test("a token that was issued beside the service is good there")
    func token() async throws {
        let run = try TicketRun(data)
        let issued = try run.command(["token", "issue", "--buyer", "acme-1"])
        let buyer = TestBuyer(run.client, token: issued.text.split(separator: "\n").joined())
        #expect(try await buyer.buy(["D-1-1"], key: "one").status == 201)
        #expect(run.end() == 0)
    }

    @Test("an intent that can never be paid dies, is seen, dies again when redriven, and is ended by hand")
    func deadLetters() async throws {
        let run = try TicketRun(data)
        let buyer = try await TestBuyer(run.client)
        let opened = try await buyer.buy(["E-1-1"], key: "broken", paying: "tok_broken")
        let id = opened.intentID
        _ = try #require(run.process.waitForOutput("given up"))
        #expect(try await buyer.intent(id).json?["status"] == .string("pending"))
        let dead = try run.command(["queue", "dead", "--event", "demo", "--json"])
        #expect(dead.json?["deadLetters"]?[0]?["id"] == .string(id))
        #expect(dead.json?["deadLetters"]?[0]?["reason"] == .string("payment"))
        #expect(
            try run.command(["queue", "dead", "--reason", "ledger", "--json"]).json?["deadLetters"]?[0] == nil
        )

        let dry = try run.command(["queue", "redrive", "--dry-run", "--json"])
        #expect(dry.json?["redriven"]?[0] == .string(id))
        #expect(try run.command(["queue", "stats", "--json"]).json?["deadLetters"] == .integer(1))
        #expect(try run.command(["queue", "redrive", "--id", id]).text.contains("1 letter redriven."))
        for _ in 0..<600 {
            let letters = try run.command(["queue", "dead", "--json"])
            if letters.json?["deadLetters"]?[0]?["redrives"] == .integer(1) { break }
            try await run.client.pause(forMs: 100)
        }

        #expect(try run.command(["queue", "abandon"]).code == 64)
        for hesitation in ["n", "", "yes, no"] {
            let asked = try ServiceProcess(
                "ticket", ["queue", "abandon", "--event", "demo", "--data", data.path], onTerminal: true)
            _ = try #require(asked.waitForOutput("Pay back and decline 1 letter? [y/N] "), "\(asked.text)")
            asked.type(hesitation)
            #expect(asked.waitForExit() == 64)
            #expect(asked.text.contains("nothing was abandoned"))
        }
        #expect(try run.command(["queue", "stats", "--json"]).json?["deadLetters"] == .integer(1))
        let ended = try run.command(["queue", "abandon", "--event", "demo", "--json"])
        #expect(ended.code == 0, "\(ended.text)")
        #expect(ended.json?["abandoned"]?[0] == .string(id))
        #expect(try await buyer.ending(of: id).json?["status"] == .string("declined"))
        let other = try await TestBuyer(run.client)
        // The desk may remember for a second that the seat was taken.
        let resold = try await run.client.repeatedly {
            try await other.buy(["E-1-1"], key: "one")
        } until: {
            $0.status == 201
        }
        #expect(resold.status == 201)
        #expect(run.end() == 0)
    }

    @Test("a changed map is refused while seats are sold, and changed words are not")
    func imports() async throws {
        let run = try TicketRun(data)
        let buyer = try await TestBuyer(run.client)
        #expect(try await buyer.buy(["A-1-1"], key: "one").status == 201)
        let demo = try ServiceProcess("ticket", ["events", "demo"])
        #expect(demo.waitForExit() == 0)
        let other = data.write(
            demo.text.replacing("The Sample House", with: "The Other House"), to: "other.json")
        #expect(try run.command(["events", "import", other]).code == 0)
        let moved = data.write(
            demo.text.replacing("\"y\": 20}", with: "\"y\": 21}"), to: "moved.json")
        let refused = try run.command(["events", "import", moved, "--json"])
        #expect(refused.code == 1)
        #expect(refused.text.contains("\"outcome\":\"refused\""))
        #expect(run.end() == 0)
    }
}
