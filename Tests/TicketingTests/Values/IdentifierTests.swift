import Testing
import Ticketing
import TicketingTesting

@Suite("An identifier")
struct IdentifierTests {
    @Test("takes letters, digits, dash, underscore and dot", arguments: ["A-1-1", "b_7", "Row.12A", "x"])
    func good(text: String) throws {
        #expect(try SeatID(text).text == text)
        #expect(try EventID(text).description == text)
    }

    @Test(
        "refuses what could break a key, a URL or a log line",
        arguments: ["A#1", "A/1", "A 1", "A?1", "{A}", "A\n", "가-1", "A\u{0}", "A:1", "\"A\""])
    func badCharacters(text: String) {
        #expect(throws: InvalidValue.self) { try SeatID(text) }
        #expect(throws: InvalidValue.self) { try BuyerID(text) }
    }

    @Test("is neither empty nor longer than its kind allows")
    func lengths() throws {
        #expect(throws: InvalidValue(.empty, field: "seat id", message: "must not be empty")) {
            try SeatID("")
        }
        #expect(try SeatID(String(repeating: "A", count: 32)).text.count == 32)
        do throws(InvalidValue) {
            _ = try SeatID(String(repeating: "A", count: 33))
            Issue.record("33 characters were taken")
        } catch {
            #expect(error.code == .tooLong)
        }
        #expect(throws: InvalidValue.self) { try SectionID(String(repeating: "A", count: 33)) }
        #expect(throws: InvalidValue.self) { try EventID(String(repeating: "A", count: 65)) }
    }

    @Test("of an intent is `pi_` and base32, and a whole SHA-256 fits")
    func intentID() throws {
        let id = try IntentID(digest: [UInt8](repeating: 0xFF, count: 32))
        #expect(id.text == "pi_" + String(repeating: "7", count: 51) + "q")
        #expect(try IntentID(id.text) == id)
        for bad in ["", "pi_", "pi", "po_abc", "pi_ABC", "pi_a1", "pi_a-b", "PI_abc", id.text + "a"] {
            #expect(throws: InvalidValue.self, "\(bad)") { try IntentID(bad) }
        }
    }

    @Test("of an order is derived from the attempt, the same every time")
    func orderNumber() throws {
        let attempt = Attempt(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10)
        let number = OrderNumber(derivedFrom: attempt)
        #expect(number.text == "AEBA-GBAF-AYDQ-QCIK")
        #expect(number == OrderNumber(derivedFrom: attempt))
        #expect(number != OrderNumber(derivedFrom: Attempt(high: 1, low: 0)))
        #expect(try OrderNumber(number.text) == number)
        for bad in [
            "", "AEBAGBAFAYDQQCIK", "aeba-gbaf-aydq-qcik", "AEBA-GBAF-AYDQ-QCI1", "AEBA-GBAF-AYDQ-QCIKA",
        ] {
            #expect(throws: InvalidValue.self, "\(bad)") { try OrderNumber(bad) }
        }
    }

    @Test("orders by its text, so that lists can be read on from one")
    func order() {
        #expect(SeatID.named("A-1-1") < .named("A-1-2"))
    }
}
