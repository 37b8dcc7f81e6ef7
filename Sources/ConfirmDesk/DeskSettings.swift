/// What a deployment decides about its desk.
package struct DeskSettings: Sendable {
    /// The name in `/confirm/health`.
    package var service = "ticket-confirm"
    package var admitsGuests = false
    package var guestsPerMinute = 60
    package var guestLifetimeSeconds = 86_400
    package var requestsPerSecond = 50
    package var requestBurst = 250
    package var acceptedPayments = AcceptedPayments.sandbox
    /// How long a request may wait for others before it is sent away; with the adapters' own deadlines behind
    /// it this has to stay below the server's time for a handler.
    package var maxWaitMs: Int64 = 2_000
    package var maxContenders = 4_096
    /// Entries of the tables that are shared by the loops.
    package var maxRememberedBuyers = 200_000
    package var maxRememberedAddresses = 50_000
    package var maxRememberedSeats = 200_000
    package var maxRememberedIntents = 100_000
    package var catalogueFreshMs: Int64 = 1_000
    package var catalogueStaleMs: Int64 = 10_000

    package init() {}
}

/// Which ways to pay the gateway behind the workers knows: a purchase that names another is refused while
/// nothing is held for it.
package struct AcceptedPayments: Sendable {
    private let tokensByMethod: [String: Set<String>?]

    /// Nil in place of the tokens: any, the gateway tells.
    package init(tokensByMethod: [String: Set<String>?]) { self.tokensByMethod = tokensByMethod }

    package static let sandbox = AcceptedPayments(tokensByMethod: [
        "sandbox": ["tok_ok", "tok_declined", "tok_slow", "tok_retry", "tok_unknown", "tok_broken"]
    ])

    func accepts(method: String) -> Bool { tokensByMethod[method] != nil }

    func accepts(token: String, method: String) -> Bool {
        guard let tokens = tokensByMethod[method] else { return false }
        return tokens?.contains(token) ?? true
    }
}
