import Testing
import Ticketing
import TicketingTesting

@Suite("A refusal")
struct RefusalTests {
    @Test(
        "has the name the HTTP contract gives it",
        arguments: [
            (Refusal.eventUnknown(.named("e")), "event-unknown"), (.noSeats, "invalid-request"),
            (.seatRepeated(.named("A")), "invalid-request"), (.seatUnknown([]), "seat-unknown"),
            (.tooManySeats(limit: 1), "too-many-seats"), (.saleNotOpenYet(opensAt: .epoch), "sale-not-open"),
            (.saleClosed(closedAt: .epoch), "sale-not-open"),
            (.buyerLimitExceeded(limit: 1, held: 1), "buyer-limit-exceeded"),
            (.seatUnavailable([]), "seat-unavailable"),
        ])
    func names(refusal: Refusal, name: String) {
        #expect(refusal.problemName == name)
    }

    @Test("an error of a port says whether trying again makes sense", arguments: PortError.Code.allCases)
    func retryable(code: PortError.Code) {
        #expect(PortError(code, "m").isRetryable == (code != .rejected && code != .corrupt))
        #expect("\(PortError(code, "the table", cause: Refusal.noSeats))".contains("noSeats"))
    }

    @Test("a cached answer supersedes only an older one")
    func cacheEntries() {
        let old = CacheEntry(bytes: [], version: 1, madeAt: .epoch)
        #expect(CacheEntry(bytes: [], version: 2, madeAt: .epoch).supersedes(old))
        #expect(CacheEntry(bytes: [], version: 1, madeAt: .latest).supersedes(old))
        #expect(!old.supersedes(old))
    }
}
