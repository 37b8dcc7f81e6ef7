import Testing
import Ticketing
import TicketingTesting

@Suite("Money")
struct MoneyTests {
    @Test("adds up within its currency")
    func adds() throws {
        #expect(try Money.won(12_000).adding(.won(500)) == .won(12_500))
        #expect(try Money.zero(Currency("KRW")).adding(.won(1)) == .won(1))
        #expect(
            try PaymentIntent.amount(of: IntentDraft("a", seats: ["A-1-1", "A-2-1"]).intent.seats)
                == .won(140_000))
    }

    @Test("of two currencies does not add up")
    func twoCurrencies() throws {
        let dollar = try Money(minorUnits: 1, currency: Currency("USD"))
        #expect(throws: InvalidValue.self) { try Money.won(1).adding(dollar) }
    }

    @Test(
        "is neither negative nor beyond its bound",
        arguments: [-1, Int.min, Money.maxMinorUnits + 1, Int.max])
    func bounds(minorUnits: Int) throws {
        let currency = try Currency("KRW")
        #expect(throws: InvalidValue.self) { try Money(minorUnits: minorUnits, currency: currency) }
        #expect(throws: InvalidValue.self) { try Money.won(Money.maxMinorUnits).adding(.won(1)) }
    }

    @Test("has a currency of three capital letters", arguments: ["", "krw", "KR", "KRWW", "K1W", "KÉ"])
    func currencies(code: String) {
        #expect(throws: InvalidValue.self) { try Currency(code) }
    }
}
