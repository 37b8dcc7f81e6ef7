import EventLoop
import HTTP
import JSON

/// Why a run could not begin.
package struct LoadFailure: Error, Sendable {
    package let message: String

    package init(_ message: String) { self.message = message }
}

/// Finds out what is on sale, and makes guests, before the load begins.
struct SaleSurvey {
    let loop: EventLoop
    let publicClient: HTTPClient
    let confirmClient: HTTPClient

    func checkHealth() async throws(LoadFailure) {
        let answer = try await get("/public/health")
        guard answer.status == 200 else {
            throw LoadFailure("/public/health answers \(answer.status): \(answer.text.prefix(200))")
        }
    }

    func sale(_ wanted: [String]) async throws(LoadFailure) -> SaleView {
        let ids = wanted.isEmpty ? try await allEvents() : wanted
        var events: [SaleView.Event] = []
        for id in ids { events.append(try await event(id)) }
        guard !events.isEmpty else { throw LoadFailure("no event is on sale there") }
        return SaleView(events: events)
    }

    private func allEvents() async throws(LoadFailure) -> [String] {
        let list = try await json("/public/events")
        guard case .array(let events)? = list["events"] else {
            throw LoadFailure("/public/events has no list")
        }
        return events.compactMap { $0["id"]?.string }
    }

    private func event(_ id: String) async throws(LoadFailure) -> SaleView.Event {
        let page = try await json("/public/events/\(id)")
        guard let mapTarget = page["map"]?["url"]?.string, let limits = page["limits"],
            let seatsPerIntent = limits["seatsPerIntent"]?.integer,
            let holdSeconds = limits["holdSeconds"]?.integer, seatsPerIntent > 0,
            case .array(let sections)? = page["sections"]
        else { throw LoadFailure("the page of event \(id) is not as the contract says") }
        let seats = try await seats(of: id, mapTarget)
        let names = sections.compactMap { $0["id"]?.string }
        guard !seats.isEmpty, !names.isEmpty else { throw LoadFailure("event \(id) has no seats") }
        return SaleView.Event(
            id: id, seatsPerIntent: Int(seatsPerIntent), holdSeconds: Int(holdSeconds), mapTarget: mapTarget,
            sections: names, seats: seats)
    }

    private func seats(of id: String, _ target: String) async throws(LoadFailure) -> [String] {
        let answer = try await get(target)
        guard answer.status == 200 else { throw LoadFailure("\(target) answers \(answer.status)") }
        var seats: [String] = []
        do throws(JSONError) {
            try JSONReader.read(answer.body) { reader throws(JSONError) in
                try reader.object { key, reader throws(JSONError) in
                    guard key == "seats" else { return }
                    try reader.array { reader throws(JSONError) in
                        try reader.object { key, reader throws(JSONError) in
                            if key == "id" { seats.append(try reader.string()) }
                        }
                    }
                }
            }
        } catch {
            throw LoadFailure("the map of event \(id): \(error)")
        }
        return seats
    }

    /// Tokens of so many new guests, a few asked for at a time; fewer when it is called off meanwhile.
    func guests(_ count: Int, isCalledOff: () -> Bool) async throws(LoadFailure) -> [String] {
        let client = LoopBound(confirmClient, on: loop)
        var tokens: [String] = []
        while tokens.count < count, !isCalledOff() {
            let wanted = min(32, count - tokens.count)
            let batch = await withTaskGroup(of: Result<String, LoadFailure>.self) { group in
                for _ in 0..<wanted {
                    group.addTask(executorPreference: loop) { await Self.guest(client) }
                }
                var batch: [Result<String, LoadFailure>] = []
                for await result in group { batch.append(result) }
                return batch
            }
            for result in batch { tokens.append(try result.get()) }
        }
        return tokens
    }

    private static func guest(_ client: LoopBound<HTTPClient>) async -> Result<String, LoadFailure> {
        do throws(HTTPClientError) {
            let answer = try await client.value.send(ClientRequest(.post, "/confirm/buyer"))
            guard answer.status == 201, let token = (try? JSONValue(parsing: answer.body))?["token"]?.string
            else {
                return .failure(
                    LoadFailure(
                        "POST /confirm/buyer answers \(answer.status): give buyers with --tokens FILE, made by "
                            + "`ticket token issue --count N`"))
            }
            return .success(token)
        } catch {
            return .failure(LoadFailure("POST /confirm/buyer: \(error.message)"))
        }
    }

    private func json(_ target: String) async throws(LoadFailure) -> JSONValue {
        let answer = try await get(target)
        guard answer.status == 200, let value = try? JSONValue(parsing: answer.body) else {
            throw LoadFailure("\(target) answers \(answer.status): \(answer.text.prefix(200))")
        }
        return value
    }

    private func get(_ target: String) async throws(LoadFailure) -> ClientResponse {
        do throws(HTTPClientError) {
            return try await publicClient.send(ClientRequest(.get, target))
        } catch {
            throw LoadFailure("\(target): \(error.message)")
        }
    }
}
