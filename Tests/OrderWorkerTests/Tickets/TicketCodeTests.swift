import OrderWorker
import Testing
import Ticketing
import TicketingTesting

@Suite("A ticket's code")
struct TicketCodeTests {
    private let intent = IntentDraft("a", seats: ["A-1-1", "A-1-2"]).intent

    private func code(_ seat: SeatID, seed: UInt8 = 7) throws -> TicketCode {
        var codes = try TicketCodes(seed: [UInt8](repeating: seed, count: 32))
        return try codes.code(seat: seat, event: intent.event, attempt: intent.attempt)
    }

    private func admission(_ text: String, event: EventID? = nil) throws -> TicketScanner.Admission? {
        let publicKey = try TicketCodes(seed: [UInt8](repeating: 7, count: 32)).publicKey
        var scanner = try TicketScanner(event: event ?? intent.event, publicKey: publicKey)
        return scanner.admission(text)
    }

    @Test("is checked with the public key alone, and names seat and order")
    func isChecked() throws {
        let admission = try admission(code(.named("A-1-1")).text)
        #expect(admission?.seat == .named("A-1-1"))
        #expect(admission?.order == intent.prospectiveOrder)
    }

    @Test("is the same however often it is made, and another for every seat and attempt")
    func isDeterministic() throws {
        let first = try code(.named("A-1-1"))
        #expect(try code(.named("A-1-1")) == first)
        #expect(try code(.named("A-1-2")) != first)
        var codes = try TicketCodes(seed: [UInt8](repeating: 7, count: 32))
        let other = try codes.code(
            seat: .named("A-1-1"), event: intent.event, attempt: Attempt(high: 1, low: 2))
        #expect(other != first)
    }

    @Test("is not good for another event, and not with another key")
    func isBoundToItsEvent() throws {
        #expect(try admission(code(.named("A-1-1")).text, event: .named("other")) == nil)
        #expect(try admission(code(.named("A-1-1"), seed: 8).text) == nil)
    }

    @Test("is refused once any character of it is changed, added or missing")
    func anyChange() throws {
        let text = try code(.named("A-1-1")).text
        let characters = Array(text)
        for index in characters.indices {
            var changed = characters
            changed[index] = characters[index] == "A" ? "B" : "A"
            #expect(try admission(String(changed)) == nil, "character \(index)")
        }
        #expect(try admission(text + "A") == nil)
        #expect(try admission(String(text.dropLast())) == nil)
        #expect(try admission("") == nil)
        #expect(try admission("T1.") == nil)
        #expect(try admission(String(repeating: "A", count: 100_000)) == nil)
    }

    @Test("of the longest seat still fits the largest QR code")
    func longest() throws {
        let longest = try code(.named(String(repeating: "s", count: SeatID.maxLength)))
        #expect(longest.text.utf8.count <= 213)
        #expect(try admission(longest.text) != nil)
    }

    @Test("needs a key of 32 bytes")
    func badKey() {
        #expect(throws: InvalidValue.self) { _ = try TicketCodes(seed: [1, 2, 3]) }
    }
}
