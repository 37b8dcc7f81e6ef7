import CLinux
import EventLoop
import HTTP
import JSON
import Telemetry

/// A small sale in memory that keeps the contract, or breaks one point of it. It belongs to its server's loop.
final class TestSale {
    private struct Intent {
        var status = "confirmed"
        let seats: [String]
        let body: [UInt8]
        var asked = 0
    }

    private let misdeed: Misdeed
    private let loop: EventLoop
    private var intents: [String: Intent] = [:]
    private var idByKey: [String: String] = [:]
    private var owners: [String: String] = [:]
    private var requests = 0
    private var tokens = 0
    /// Told of each guest who came.
    var guestCame: () -> Void = {}

    static let seats = (1...400).map { "A-1-\($0)" }

    init(_ misdeed: Misdeed, on loop: EventLoop) {
        self.misdeed = misdeed
        self.loop = loop
    }

    func addRoutes(to router: Router) {
        router.on(
            .get, "/public/health", .immediate { _ throws(Problem) in Self.json("{\"status\":\"ok\"}") })
        router.on(
            .get, "/public/events",
            .immediate { _ throws(Problem) in Self.json("{\"events\":[{\"id\":\"e\"}]}") })
        router.on(.get, "/public/events/{event}", read { _ in Self.json(Self.eventPage) })
        router.on(.get, "/public/events/{event}/map/{hash}", read { _ in Self.json(Self.mapPage) })
        router.on(.get, "/public/events/{event}/seats", read { _ in Self.json("{\"seats\":[]}") })
        router.on(.get, "/public/events/{event}/availability", read { $0.availability() })
        router.on(
            .get, "/public/events/{event}/integrity",
            .immediate { [self] _ throws(Problem) in Self.json(integrity()) })
        router.on(
            .post, "/confirm/buyer",
            .immediate { [self] _ throws(Problem) in
                tokens += 1
                guestCame()
                return Self.json("{\"buyer\":\"b\(tokens)\",\"token\":\"token-\(tokens)\"}", .created)
            })
        router.on(
            .post, "/confirm/payment-intent", .immediate { [self] request throws(Problem) in open(request) })
        router.on(
            .get, "/confirm/payment-intent/{id}",
            .immediate { [self] request throws(Problem) in show(request.parameterText(0)) })
        router.on(
            .post, "/confirm/payment-intent/{id}/cancel",
            .immediate { [self] request throws(Problem) in cancel(request.parameterText(0)) })
    }

    /// A read that is answered as the misdeed wants it.
    private func read(_ answer: @escaping (TestSale) -> Response) -> Handler {
        switch misdeed {
        case .dawdles, .hangs:
            .suspending { [self] _ async throws(Problem) in
                await loop.sleep(forMs: misdeed == .dawdles ? 300 : 4_000)
                return answer(self)
            }
        default:
            .immediate { [self] _ throws(Problem) in
                requests += 1
                if misdeed == .breaks, requests % 10 == 0 {
                    return Response(.internalError, contentType: "text/plain", body: [])
                }
                if misdeed == .refusesForEver || misdeed == .refusesForAWhile, requests % 50 == 0 {
                    let again = misdeed == .refusesForAWhile ? [Header("Retry-After", "1")] : []
                    return Response(.tooManyRequests, contentType: "text/plain", headers: again)
                }
                return answer(self)
            }
        }
    }

    private func availability() -> Response {
        var states = [UInt8](repeating: 0, count: Self.seats.count / 4)
        if misdeed != .showsSoldAsFree {
            for (index, seat) in Self.seats.enumerated() where owners[seat] != nil {
                states[index / 4] |= 2 << UInt8(index % 4 * 2)
            }
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("event", "e")
            writer.member("version", "v\(owners.count)")
            states.withUnsafeBytes { writer.member("states", base64: $0) }
        }
        // Two seconds and a half are within what any page may be, but not within an age of 0.
        let ageMs: Int64 = misdeed == .hidesItsAge ? 2_500 : misdeed == .isTooOld ? 5_000 : 0
        return .json(
            .ok, writer.bytes,
            headers: [
                Header("As-Of", Timestamp.string(epochMs: clinux_wall_ms() - ageMs)),
                Header("Age", misdeed == .isTooOld ? "5" : "0"),
            ])
    }

    private func integrity() -> String {
        let sold = owners.count
        let free = Self.seats.count - sold - (misdeed == .losesSeats ? 1 : 0)
        let tickets = sold - (misdeed == .losesTickets && sold > 0 ? 1 : 0)
        return
            "{\"event\":\"e\",\"capacity\":\(Self.seats.count),\"free\":\(free),\"held\":0,\"selling\":0,\"sold\":\(sold),"
            + "\"blocked\":0,\"oversold\":0,\"ticketsInOrders\":\(tickets),\"strays\":0,\"queueDepth\":0,\"workerLagMs\":0}"
    }

    private func open(_ request: borrowing Request) -> Response {
        let key = (request.headerText("authorization") ?? "") + (request.headerText("idempotency-key") ?? "")
        let seats = Self.wanted(Array(request.body))
        if let id = idByKey[key], let first = intents[id] {
            guard first.seats == seats else {
                return misdeed == .sellsOnUsedKeys ? sell(seats, key) : Self.refusal(.unprocessable)
            }
            if misdeed == .sellsReplaysAgain { return sell(seats, key) }
            if misdeed == .deniesReplays { return Self.refusal(.badRequest) }
            let body = misdeed == .answersAnew ? Self.body(id, "pending", seats) : first.body
            return .json(.ok, body, headers: [Header("Idempotent-Replayed", "true")])
        }
        let isTaken = seats.contains { owners[$0] != nil } && misdeed != .sellsTwice
        guard !isTaken else { return Self.refusal(.conflict) }
        return sell(seats, key)
    }

    private func sell(_ seats: [String], _ key: String) -> Response {
        let id = "pi_\(intents.count)"
        let body = Self.body(id, "pending", seats)
        intents[id] = Intent(seats: seats, body: body)
        idByKey[key] = id
        for seat in seats { owners[seat] = id }
        return misdeed == .namesNoIntent
            ? Self.json("{}", .created) : .json(.created, body, headers: [])
    }

    private func show(_ id: String) -> Response {
        guard let intent = intents[id], misdeed != .forgets || intent.seats.count > 1 else {
            return Self.refusal(.notFound)
        }
        intents[id]!.asked += 1
        var status = intent.status
        if misdeed == .neverEnds { status = "pending" }
        if misdeed == .changesItsMind, intent.asked > 0 { status = "declined" }
        if misdeed == .ignoresCancels { status = "confirmed" }
        return .json(.ok, Self.body(id, status, intent.seats), headers: [])
    }

    private func cancel(_ id: String) -> Response {
        guard let intent = intents[id] else { return Self.refusal(.notFound) }
        intents[id]!.status = "cancelled"
        for seat in intent.seats where misdeed != .ignoresCancels { owners[seat] = nil }
        return .json(.ok, Self.body(id, "cancelled", intent.seats), headers: [])
    }

    // MARK: Bodies

    private static func body(_ id: String, _ status: String, _ seats: [String]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("id", id)
            writer.member("status", status)
            writer.array("seats") { writer in for seat in seats { writer.element(seat) } }
            if status == "confirmed" {
                writer.object("order") { writer in
                    writer.array("tickets") { writer in
                        for seat in seats { writer.object { $0.member("seat", seat) } }
                    }
                }
            }
            writer.member("serverTime", timestampMs: clinux_wall_ms())
            writer.member("sent", Int(clinux_monotonic_ns()))
        }
        return writer.bytes
    }

    private static func wanted(_ body: [UInt8]) -> [String] {
        guard let document = try? JSONValue(parsing: body), case .array(let seats)? = document["seats"] else {
            return []
        }
        return seats.compactMap(\.string).sorted()
    }

    private static func json(_ text: String, _ status: Status = .ok) -> Response {
        .json(status, Array(text.utf8), headers: [])
    }

    private static func refusal(_ status: Status) -> Response { json("{\"status\":\(status.code)}", status) }

    private static let eventPage =
        "{\"id\":\"e\",\"limits\":{\"seatsPerIntent\":2,\"seatsPerBuyer\":400,\"holdSeconds\":600},"
        + "\"sections\":[{\"id\":\"A\"}],\"map\":{\"url\":\"/public/events/e/map/h\"}}"

    private static let mapPage =
        "{\"event\":\"e\",\"hash\":\"h\",\"seats\":["
        + seats.map { "{\"id\":\"\($0)\"}" }.joined(separator: ",") + "]}"
}
