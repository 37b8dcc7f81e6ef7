import ConfirmDesk
import Ticketing

/// What `ticket run` says to whoever started it: where to go, and one command to try.
struct Welcome: Sendable {
    private static let tokenSeconds = 86_400

    private let dataDirectory: String
    private let runsWorker: Bool
    private let hasEvents: Bool
    private let firstTry: FirstTry?
    /// Of a new guest; nil where guests are not admitted.
    private let token: String?

    init(
        _ configuration: ServiceConfiguration, stores: Stores, keys: TokenKeys?, clock: any WallClock
    ) async throws(PortError) {
        dataDirectory = configuration.dataDirectory
        runsWorker = configuration.runsWorker
        let events = try await stores.catalogue.events()
        hasEvents = !events.isEmpty
        firstTry = try await FirstTry.find(in: events, stores: stores, now: clock.now())
        let admitsGuests = configuration.buyers?.admitsGuests == true
        token = keys.flatMap { keys in
            admitsGuests
                ? GuestTokens(keys: keys, clock: clock).issue(lifetimeSeconds: Self.tokenSeconds).text : nil
        }
    }

    func words(_ addresses: ServiceAddresses) -> String {
        let site = Self.reachable(addresses.serving)
        return """
            Ticket \(Executable.version) is open on \(site)
              on sale    \(site)/public/events
              metrics    \(Self.reachable(addresses.admin))/metrics
              data       \(dataDirectory)

            \(suggestion(site))
            \(runsWorker ? "" : "\nThe worker is off: intents stay pending until it runs.\n")
            Ctrl-C stops it; everything is found again at the next start.

            """
    }

    private func suggestion(_ site: String) -> String {
        guard hasEvents else {
            return """
                There is no event yet. `ticket events import FILE.json --data \(dataDirectory)` brings one; --demo starts with
                one to try.
                """
        }
        guard let firstTry else { return "Try:\n  curl -s \(site)/public/events" }
        guard let token else {
            return
                "Try:\n  curl -s '\(site)/public/events/\(firstTry.event)/seats?section=\(firstTry.section)'"
        }
        return """
            Buy seat \(firstTry.seat) of \(firstTry.event):
              curl -s \(site)/confirm/payment-intent -H 'Content-Type: application/json' \\
                -H 'Idempotency-Key: first-\(firstTry.seat)' -H 'Authorization: Bearer \(token)' \\
                -d '{"event":"\(firstTry.event)","seats":["\(firstTry.seat)"],"payment":{"method":"sandbox","token":"tok_ok"}}'
            """
    }

    /// Whoever listens everywhere is reached here.
    private static func reachable(_ address: String) -> String {
        let everywhere = [("0.0.0.0:", "127.0.0.1:"), ("[::]:", "[::1]:")]
        for (pattern, here) in everywhere where address.hasPrefix(pattern) {
            return "http://\(here)\(address.dropFirst(pattern.count))"
        }
        return "http://\(address)"
    }
}
