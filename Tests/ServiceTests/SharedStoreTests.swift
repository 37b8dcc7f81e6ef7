import Glibc
import HTTP
import JSON
import Testing
import TicketingTesting

/// The three executables as processes of their own, on one store.
@Suite("Three processes on one store", .serialized)
struct SharedStoreTests {
    private let data = ScratchDirectory()

    private func start(_ name: String, _ more: [String] = []) throws -> (ServiceProcess, LoopbackClient) {
        let process = try ServiceProcess(
            name, ["--port", "0", "--admin-port", "0", "--loops", "1", "--data", data.path] + more)
        let ready = try #require(ReadyLine(process.waitForOutput("\"message\":\"ready\"")), "\(process.text)")
        return (process, LoopbackClient(ready.address))
    }

    @Test("what one sells another shows and the third settles; a worker that comes later finds what waits")
    func together() async throws {
        let demo = try ServiceProcess("ticket", ["events", "demo"])
        _ = demo.waitForExit()
        let imported = try ServiceProcess(
            "ticket", ["events", "import", data.write(demo.text, to: "demo.json"), "--data", data.path])
        #expect(imported.waitForExit() == 0)

        let (site, visitors) = try start("ticket-public")
        let (desk, buyers) = try start("ticket-confirm", ["--guests"])
        let buyer = try await TestBuyer(buyers)
        let opened = try await buyer.buy(["A-1-1"], key: "one")
        #expect(opened.status == 201)
        #expect(try await buyer.intent(opened.intentID).json?["status"] == .string("pending"))

        let (worker, operators) = try start("ticket-worker")
        #expect(try await buyer.ending(of: opened.intentID).json?["status"] == .string("confirmed"))
        #expect(try await operators.get("/health").json?["status"] == .string("ok"))
        let sold = try await visitors.repeatedly {
            try await visitors.get("/public/events/demo/integrity")
        } until: {
            $0.json?["sold"] == .integer(1)
        }
        #expect(sold.json?["sold"] == .integer(1))
        #expect(sold.json?["ticketsInOrders"] == .integer(1))
        for process in [site, desk, worker] {
            process.send(SIGTERM)
            #expect(process.waitForExit() == 0)
        }
    }

    @Test("guests are refused where nobody said that they are welcome")
    func noGuests() async throws {
        let (desk, buyers) = try start("ticket-confirm")
        let answer = try await buyers.send(ClientRequest(.post, "/confirm/buyer"))
        #expect(answer.status == 403)
        #expect(answer.json?["type"] == .string("/problems/guests-off"))
        desk.send(SIGTERM)
        #expect(desk.waitForExit() == 0)
    }
}
