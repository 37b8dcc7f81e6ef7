import EventLoop
import HTTP
import Telemetry

/// What is made of what comes back.
extension LoadLane: AnswerTaker {
    func took(_ answer: borrowing RawAnswer, of exchange: Exchange) {
        let flight = flights[exchange.tag]
        let status = answer.status
        let grade = flight.operation.grade(status: status)
        record(flight.operation, dueNs: flight.dueNs, grade: grade)
        tally.statuses.note(status)
        switch flight.operation {
        case .availability where status == 200:
            if let version = AnswerReading.version(answer.body) { versions[flight.event] = version }
        case .intent where status == 201, .seatConflict where status == 201: remember(answer, flight)
        case .replay: compare(answer, flight)
        case .keyConflict where status == 200 || status == 201: noteUsedKey(answer, flight)
        case .cancel where status == 200: result.memory.noteCancelled(flight.about)
        default: break
        }
        if status == 429 || status == 503 {
            result.refusals += 1
            if answer.header("retry-after") == nil { result.refusalsWithoutRetryAfter += 1 }
        }
        if grade == .unexpected { note(answer, flight) }
        release(exchange)
    }

    func failed(_ error: HTTPClientError, of exchange: Exchange) {
        let flight = flights[exchange.tag]
        record(flight.operation, dueNs: flight.dueNs, grade: nil)
        tally.silences[Self.silence(error.code).rawValue] += 1
        surprise("\(flight.operation.name): \(error.message)")
        release(exchange)
    }

    private func remember(_ answer: borrowing RawAnswer, _ flight: Flight) {
        guard let id = AnswerReading.intentID(answer.body) else {
            result.unnamedPurchases += 1
            return surprise("\(flight.operation.name): a 201 without an id")
        }
        let nowNs = loop.readClockNs()
        var takenByMs: Int64 = 0
        if let text = AnswerReading.serverTime(answer.body),
            let serverTimeMs = Timestamp.epochMs(parsing: String(decoding: text, as: UTF8.self))
        {
            // The server read its clock somewhere between our request and its answer.
            takenByMs = serverTimeMs + Int64((nowNs - flight.begunNs) / 1_000_000) + 1
        }
        if !flight.isToCancel, takenByMs > 0, taken.count < Self.maxWatchedPerSlice,
            plan.scenario.purchases.paymentToken == "tok_ok"
        {
            taken.append(
                TakenSeats(event: flight.event, seats: flight.identity.seats, byMs: takenByMs))
        }
        let place = result.memory.remember(
            PurchaseMemory.Purchase(
                identity: flight.identity, id: id, answerHash: AnswerHash.of(answer.body),
                answeredAtNs: nowNs))
        // A run is not longer than its plan: who would think beyond its end keeps his seats.
        if flight.isToCancel, let place, nowNs + thinkNs < endNs {
            cancels?.schedule(place, dueNs: nowNs + thinkNs)
        }
    }

    private func compare(_ answer: borrowing RawAnswer, _ flight: Flight) {
        let status = answer.status
        // No answer to the question. 409 too: a seat that was just seen taken by another may be refused before the key is
        // looked up.
        if status == 408 || status == 409 || status == 429 || status >= 500 { return }
        result.replaysCompared += 1
        let first = result.memory[flight.about]
        if status == 200, answer.header("idempotent-replayed") != nil,
            AnswerHash.of(answer.body) == first.answerHash
        {
            return
        }
        differs("asked again, the answer was \(status) and not the same", first)
        // A second purchase was acknowledged: it is followed as any other.
        if status == 201, AnswerReading.intentID(answer.body) != first.id { remember(answer, flight) }
    }

    /// Another request with a key that was used has to do nothing.
    private func noteUsedKey(_ answer: borrowing RawAnswer, _ flight: Flight) {
        result.replaysCompared += 1
        differs("its key with other seats got \(answer.status)", result.memory[flight.about])
        if answer.status == 201 { remember(answer, flight) }
    }

    private func differs(_ words: String, _ first: PurchaseMemory.Purchase) {
        guard result.replaysDiffering.count < Self.maxExamples else { return }
        result.replaysDiffering.append("\(String(decoding: first.id, as: UTF8.self)): \(words)")
    }

    private func note(_ answer: borrowing RawAnswer, _ flight: Flight) {
        let start = String(decoding: answer.body.prefix(200), as: UTF8.self)
        surprise("\(flight.operation.name): \(answer.status) \(start)")
    }

    private func surprise(_ text: String) {
        guard result.surprises.count < Self.maxExamples else { return }
        result.surprises.append(text)
    }

    static let maxExamples = 10
    private static let maxWatchedPerSlice = 8

    private static func silence(_ code: HTTPClientError.Code) -> Silence {
        switch code {
        case .cannotConnect: .cannotConnect
        case .timedOut: .timedOut
        case .connectionLost: .connectionLost
        case .badAnswer: .badAnswer
        case .queueFull: .queueFull
        case .invalidRequest, .closed: .other
        }
    }
}
