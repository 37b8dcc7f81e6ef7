import Glibc
import HTTP
import JSON
import Testing
import TicketingTesting

/// One process on one file: what a newcomer sees.
@Suite("ticket run", .serialized)
struct TicketRunTests {
    private let data = ScratchDirectory()

    @Test("it says where to go and gives a command to try before its first line for machines")
    func welcome() throws {
        let run = try TicketRun(data)
        let text = run.process.text
        let words = text.prefix { $0 != "{" }
        #expect(words.hasPrefix("Ticket "))
        #expect(words.contains("is open on http://127.0.0.1:"))
        #expect(words.contains("curl -s http://127.0.0.1:"))
        #expect(words.contains("Buy seat A-1-1 of demo"))
        #expect(run.end() == 0)
        #expect(run.process.text.contains(#""message":"stopped""#))
    }

    @Test("a seat is browsed, bought, owned, and found again after a restart")
    func purchase() async throws {
        let first = try TicketRun(data)
        let events = try await first.client.get("/public/events")
        #expect(events.json?["events"]?[0]?["id"] == .string("demo"))
        #expect(try await first.client.get("/public/events/demo/seats?section=A").text.contains("\"A-1-1\""))
        let buyer = try await TestBuyer(first.client)
        let opened = try await buyer.buy(["A-1-1", "A-1-2"], key: "one")
        #expect(opened.status == 201)
        let ended = try await buyer.ending(of: opened.intentID)
        #expect(ended.json?["status"] == .string("confirmed"))
        let number = try #require(ended.json?["order"]?["number"]?.string)
        let code = try #require(ended.json?["order"]?["tickets"]?[0]?["code"]?.string)
        let replayed = try await buyer.buy(["A-1-2", "A-1-1"], key: "one")
        #expect(replayed.status == 200)
        #expect(replayed.header("Idempotent-Replayed") == "true")
        #expect(replayed.body == opened.body)
        #expect(first.end() == 0)

        let second = try TicketRun(data)
        let again = TestBuyer(second.client, token: buyer.token)
        let found = try await again.intent(opened.intentID)
        #expect(found.json?["order"]?["number"]?.string == number)
        #expect(found.json?["order"]?["tickets"]?[0]?["code"]?.string == code)
        #expect(try await again.buy(["A-1-1", "A-1-2"], key: "one").body == opened.body)
        let other = try await TestBuyer(second.client)
        let refused = try await other.buy(["A-1-1"], key: "one")
        #expect(refused.status == 409)
        #expect(refused.json?["conflicts"]?[0]?["state"] == .string("sold"))
        #expect(second.process.text.contains("Buy seat A-1-3 of demo"))
        #expect(second.end() == 0)
    }

    @Test("without the worker an intent stays pending and can be cancelled, and its seat is free at once")
    func withoutWorker() async throws {
        let run = try TicketRun(data, ["--no-worker"])
        #expect(try await run.client.get("/health").json?["status"] == .string("ok"))
        let buyer = try await TestBuyer(run.client)
        let held = try await buyer.buy(["B-1-1"], key: "held")
        #expect(held.status == 201)
        #expect(try await buyer.intent(held.intentID).json?["status"] == .string("pending"))
        let other = try await TestBuyer(run.client)
        #expect(try await other.buy(["B-1-1"], key: "other").status == 409)
        #expect(try await other.intent(held.intentID).status == 404)
        #expect(try await buyer.cancel(held.intentID).json?["status"] == .string("cancelled"))
        #expect(try await other.buy(["B-1-1"], key: "other").status == 201)
        #expect(run.end() == 0)
    }

    @Test("an intent that was pending when the process was killed is brought to its end by the next one")
    func killed() async throws {
        let first = try TicketRun(data, ["--no-worker"])
        let buyer = try await TestBuyer(first.client)
        let opened = try await buyer.buy(["C-1-1"], key: "one")
        #expect(opened.status == 201)
        first.process.send(SIGKILL)
        #expect(first.process.waitForExit() == -SIGKILL)
        let second = try TicketRun(data)
        let again = TestBuyer(second.client, token: buyer.token)
        #expect(try await again.ending(of: opened.intentID).json?["status"] == .string("confirmed"))
        #expect(second.end() == 0)
    }

    @Test("a store that is deleted under it makes it not ready, and it says why")
    func deletedStore() async throws {
        let run = try TicketRun(data)
        #expect(try await run.admin.get("/ready").status == 200)
        unlink("\(data.path)/ticket.db")
        _ = try #require(run.process.waitForOutput("not ready: a store cannot be used"))
        #expect(try await run.admin.get("/ready").status == 503)
        let health = try await run.admin.get("/health")
        #expect(health.status == 200)
        #expect(health.json?["dependsOn"]?["ledger"] == .string("down"))
        #expect(run.process.text.contains("was moved or deleted"))
        #expect(run.end() == 0)
    }

    @Test("ledger, queue, orders and catalogue may each have a file of their own")
    func ownFiles() async throws {
        let files = ["ledger", "queue", "orders", "catalogue"].flatMap { name in
            ["--\(name)", "sqlite:\(data.path)/\(name).db"]
        }
        let run = try TicketRun(data, files)
        let buyer = try await TestBuyer(run.client)
        let opened = try await buyer.buy(["A-1-1"], key: "one")
        #expect(opened.status == 201)
        #expect(try await buyer.ending(of: opened.intentID).json?["status"] == .string("confirmed"))
        #expect(try await buyer.buy(["A-1-1"], key: "one").body == opened.body)
        for name in ["ledger", "queue", "orders", "catalogue"] {
            #expect(data.names().contains("\(name).db"))
        }
        #expect(!data.names().contains("ticket.db"))
        #expect(try run.command(["integrity", "demo"] + files).code == 0)
        #expect(run.end() == 0)
    }

    @Test("a data directory that cannot be made stops the start with one line and a code")
    func badData() throws {
        let file = data.write("not a directory", to: "file")
        let process = try ServiceProcess(
            "ticket", ["run", "--port", "0", "--admin-port", "0", "--data", file + "/below"])
        #expect(process.waitForExit() == 69)
        #expect(process.text.split(separator: "\n").count == 1)
        #expect(process.text.hasPrefix("ticket run: "))
    }
}
