import HTTP
import Telemetry
import Ticketing

/// `GET /confirm/payment-intent/{id}` and its cancel. Another buyer's intent is as unknown as one that never
/// was.
final class IntentRoutes {
    private let admission: Admission
    private let ports: DeskPorts
    private let shared: SharedDesk
    private let metrics: DeskMetrics
    private let watch: PortWatch

    init(
        admission: Admission, ports: DeskPorts, shared: SharedDesk, metrics: DeskMetrics, watch: PortWatch
    ) {
        self.admission = admission
        self.ports = ports
        self.shared = shared
        self.metrics = metrics
        self.watch = watch
    }

    func show(_ request: borrowing Request) async throws(Problem) -> Response {
        let buyer = try admission.buyer(of: request)
        let id = try Self.intentID(request)
        let context = LogContext(requestID: request.id, trace: request.trace)
        let intent: PaymentIntent?
        do throws(PortError) {
            intent = try await ports.seatLedger.intent(id)
        } catch {
            throw watch.problem(error, at: "ledger", doing: "reading an intent", in: context, intent: id)
        }
        guard let intent, intent.buyer == buyer.id else { throw .intentUnknown }
        return answer(intent, order: try await order(of: intent, context))
    }

    func cancel(_ request: borrowing Request) async throws(Problem) -> Response {
        if !request.body.isEmpty { try RequestForm.checkMediaType(request) }
        let buyer = try admission.buyer(of: request)
        try RequestForm.checkHasNoValues(request)
        let id = try Self.intentID(request)
        let context = LogContext(requestID: request.id, trace: request.trace)
        let outcome: CancelOutcome
        do throws(PortError) {
            outcome = try await ports.seatLedger.cancel(id, buyer: buyer.id, now: ports.clock.now())
        } catch {
            throw watch.problem(error, at: "ledger", doing: "cancelling an intent", in: context, intent: id)
        }
        switch outcome {
        case .unknown: throw .intentUnknown
        case .notCancellable(let intent): throw .notCancellable(intent.status)
        case .cancelled(let intent):
            // Before the answer: whoever hears that the seats are free may ask for them at once.
            shared.takenSeats.noteCancelled(intent)
            metrics.cancelled.add()
            return answer(intent, order: nil)
        }
    }

    /// A confirmed intent's order was written before the intent was confirmed, so it is there.
    private func order(of intent: PaymentIntent, _ context: LogContext) async throws(Problem) -> Order? {
        guard let number = intent.order else { return nil }
        let order: Order?
        do throws(PortError) {
            order = try await ports.orderBook.order(number)
        } catch {
            throw watch.problem(
                error, at: "orders", doing: "reading an order", in: context, intent: intent.id)
        }
        guard let order else {
            throw watch.problem(
                PortError(.corrupt, "order \(number) of a confirmed intent is not in the book"), at: "orders",
                doing: "reading an order", in: context, intent: intent.id)
        }
        return order
    }

    private func answer(_ intent: PaymentIntent, order: Order?) -> Response {
        .json(
            .ok, IntentAnswer(intent, order: order, serverTime: ports.clock.now()).json, headers: [.noStore])
    }

    /// What cannot be an id was never one of an intent.
    private static func intentID(_ request: borrowing Request) throws(Problem) -> IntentID {
        guard let id = try? IntentID(request.parameterText(0)) else { throw .intentUnknown }
        return id
    }
}
