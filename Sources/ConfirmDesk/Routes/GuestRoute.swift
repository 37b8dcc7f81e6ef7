import Cryptography
import HTTP
import JSON
import Telemetry
import Ticketing

/// `POST /confirm/buyer`: a buyer without an account.
final class GuestRoute {
    private static let idBytes = 16

    private let signer: TokenSigner
    private let shared: SharedDesk
    private let ports: DeskPorts
    private let metrics: DeskMetrics

    init(signer: TokenSigner, shared: SharedDesk, ports: DeskPorts, metrics: DeskMetrics) {
        self.signer = signer
        self.shared = shared
        self.ports = ports
        self.metrics = metrics
    }

    func answer(_ request: borrowing Request) throws(Problem) -> Response {
        if !request.body.isEmpty { try RequestForm.checkMediaType(request) }
        guard shared.settings.admitsGuests else { throw .guestsOff }
        // Whoever is on this machine is the operator, a test or a proxy that limits by itself.
        if !request.peer.isLoopback,
            let delayMs = shared.guestRate.delayMs(for: request.peer, now: ports.clock.now())
        {
            throw .rateLimited(delayMs: delayMs)
        }
        try RequestForm.checkHasNoValues(request)
        let name = "b_" + Cryptography.Base32.encode(ports.randomness.bytes(count: Self.idBytes))
        guard let id = try? BuyerID(name) else { throw .internal() }
        let token = signer.issue(
            buyer: Buyer(id: id, kind: .guest), lifetimeSeconds: shared.settings.guestLifetimeSeconds)
        metrics.guests.add()
        return Self.response(token)
    }

    private static func response(_ token: BuyerToken) -> Response {
        var writer = JSONWriter(capacity: 384)
        writer.object { writer in
            writer.member("buyer", token.buyer.id.text)
            writer.member("token", token.text)
            writer.member("expiresAt", timestampMs: token.expiresAt.msSinceEpoch)
        }
        return .json(.created, writer.bytes, headers: [.noStore])
    }
}

extension Header {
    /// Nothing here is anybody else's business, so nobody keeps it.
    static let noStore = Header("Cache-Control", "no-store")
}
