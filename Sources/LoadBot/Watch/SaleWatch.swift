import CLinux
import Cryptography
import EventLoop
import HTTP
import JSON

/// Looks at the sale beside the load, as a careful visitor would: integrity, and whether pages tell their age truly.
final class SaleWatch {
    private let loop: EventLoop
    private let client: HTTPClient
    private let sale: SaleView
    private(set) var freshness: FreshnessCheck
    private(set) var integrityFaults: [String] = []
    private(set) var integritySamples = 0
    private(set) var figures: [String: Double] = [:]
    private var versions: [String]

    init(loop: EventLoop, client: HTTPClient, sale: SaleView, limits: VerdictLimits) {
        self.loop = loop
        self.client = client
        self.sale = sale
        freshness = FreshnessCheck(limits, sale: sale)
        versions = sale.events.map { _ in "" }
    }

    func note(_ taken: [TakenSeats]) { freshness.note(taken) }

    /// One round over all events.
    func look() async {
        for event in sale.events.indices {
            await lookAtPage(of: event)
            await lookAtIntegrity(of: event)
        }
    }

    /// What the pages show when all is over: every purchase is known by then, however short the run was.
    func lookAtRest() async {
        for event in sale.events.indices { await lookAtPage(of: event) }
    }

    private func lookAtPage(of event: Int) async {
        let id = sale.events[event].id
        var page = FreshnessCheck.Page(askedAtMs: clinux_wall_ms())
        guard let answer = await get("/public/events/\(id)/availability"), answer.status == 200 else {
            return
        }
        page.asOf = answer.header("as-of")
        page.ageSeconds = answer.header("age").flatMap { Int64($0) }
        if let text = (try? JSONValue(parsing: answer.body))?["states"]?.string {
            page.states = Base64.standard.decode(text)
        }
        freshness.look(at: page, of: event, seatNames: sale.events[event].seats)
    }

    private func lookAtIntegrity(of event: Int) async {
        let id = sale.events[event].id
        guard let answer = await get("/public/events/\(id)/integrity"), answer.status == 200 else { return }
        guard let sample = IntegritySample(answer.body) else {
            return integrityFaults.append("the integrity page of \(id) lacks a number")
        }
        integritySamples += 1
        if integrityFaults.count < 100 {
            integrityFaults += sample.faults.map { "\(id), during the run: \($0)" }
        }
        figures["queueDepth"] = Double(sample.queueDepth)
        figures["queueOldestMs"] = sample.workerLagMs.map(Double.init)
    }

    private func get(_ target: String) async -> ClientResponse? {
        try? await client.send(ClientRequest(.get, target))
    }
}
