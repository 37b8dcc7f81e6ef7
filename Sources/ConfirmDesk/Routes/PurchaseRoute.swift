import HTTP
import JSON
import Telemetry
import Ticketing

/// `POST /confirm/payment-intent`: reads the request in the contract's order of checks, and answers.
final class PurchaseRoute {
    private let admission: Admission
    private let identity = PurchaseIdentity()
    private let desk: PurchaseDesk
    private let shared: SharedDesk
    private let clock: any WallClock

    init(admission: Admission, desk: PurchaseDesk, shared: SharedDesk, clock: any WallClock) {
        self.admission = admission
        self.desk = desk
        self.shared = shared
        self.clock = clock
    }

    func answer(_ request: borrowing Request) async throws(Problem) -> Response {
        let purchase = try purchase(request)
        request.span?.note("intent", purchase.id.text)
        switch try await desk.buy(purchase) {
        case .opened(let id, let bytes):
            return .json(.created, bytes, headers: [.noStore, Self.location(of: id)])
        case .replayed(let id, let bytes):
            return .json(
                .ok, bytes,
                headers: [.noStore, Self.location(of: id), Header("Idempotent-Replayed", "true")])
        }
    }

    private func purchase(_ request: borrowing Request) throws(Problem) -> Purchase {
        try RequestForm.checkMediaType(request)
        let buyer = try admission.buyer(of: request)
        let key = try RequestForm.idempotencyKey(request)
        let values: PurchaseRequest
        do throws(JSONError) {
            values = try PurchaseRequest(
                body: request.body, acceptedPayments: shared.settings.acceptedPayments)
        } catch {
            throw .invalidBody(error)
        }
        guard let id = try? identity.intentID(buyer: buyer.id, key: key),
            let fingerprint = try? identity.fingerprint(of: values)
        else { throw .internal() }
        return Purchase(
            request: values, buyer: buyer.id, id: id, fingerprint: fingerprint, arrivedAt: clock.now(),
            arrival: shared.takenSeats.mark(), maxWaitMs: shared.settings.maxWaitMs,
            context: LogContext(requestID: request.id, trace: request.trace))
    }

    private static func location(of intent: IntentID) -> Header {
        Header("Location", "/confirm/payment-intent/\(intent.text)")
    }
}
