import EventFiles
import JSON
import Testing
import Ticketing

@Suite struct EventFileTests {
    private static func file(replacing part: String = "", with other: String = "") -> [UInt8] {
        Array(DemoEvent.text.replacing(part, with: other, maxReplacements: 1).utf8)
    }

    private static func faults(of bytes: [UInt8]) -> [String] {
        do throws(EventFileFaults) {
            _ = try EventFile.read(bytes)
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }

    @Test("the demo event has a thousand seats, three prices and the limits of the contract")
    func demo() throws {
        let listing = try DemoEvent.listing()
        #expect(listing.event.id.text == "demo")
        #expect(listing.map.seats.count == 1_000)
        #expect(listing.event.prices.count == 3)
        #expect(listing.event.limits.seatsPerIntent == 6)
        #expect(listing.event.limits.seatsPerBuyer == 12)
        #expect(listing.event.limits.holdSeconds == 600)
        #expect(listing.map.seats[0].id.text == "A-1-1")
        #expect(listing.map.seats.filter(\.isAccessible).count == 10)
    }

    @Test("the same file gives the same map hash, and any change of a seat another one")
    func mapHash() throws {
        let hash = try DemoEvent.listing().map.hash
        #expect(try DemoEvent.listing().map.hash == hash)
        #expect(try EventFile.read(Self.file(replacing: "\"y\": 10}", with: "\"y\": 11}")).map.hash != hash)
        #expect(try EventFile.read(Self.file(replacing: "[19, 20]", with: "[18, 20]")).map.hash != hash)
        // What is not part of the geometry leaves it alone.
        #expect(
            try EventFile.read(Self.file(replacing: "Sample House", with: "Other House")).map.hash == hash)
    }

    @Test(
        "a fault is told with its line and what would be right",
        arguments: [
            ("\"KRW\"", "\"won\"", "line 5: currency must be three capital letters"),
            (
                "\"seatsPerIntent\": 6", "\"seatsPerIntent\": 0",
                "line 7: limits.seatsPerIntent must be between 1 and 50"
            ),
            ("\"amount\": 99000", "\"amount\": -1", "line 10: amount must be between 0"),
            ("\"price\": \"front\"", "\"price\": \"golden\"", "line 15: `golden` is not the name of a price"),
            (
                "\"row\": \"2\", \"from\": 1", "\"row\": \"1\", \"from\": 1",
                "line 16: seat A-1-1 stands in the file twice"
            ),
            ("\"from\": 1, \"to\": 20", "\"from\": 21, \"to\": 20", "line 15: `from` is above `to`"),
            ("[19, 20]", "[19, 21]", "line 15: seat 21 is not one of this row's, 1 to 20"),
            ("\"venue\"", "\"venu\"", "line 4: `venu` is not a member that is known here"),
            (
                "2099-12-31T23:59:59.000Z", "2019-12-31T23:59:59.000Z",
                "line 6: closesAt must be later than opensAt"
            ),
            ("\"name\": \"middle\"", "\"name\": \"front\"", "line 10: there are two prices called `front`"),
        ])
    func faultsAreTold(change: (part: String, other: String, fault: String)) {
        let faults = Self.faults(of: Self.file(replacing: change.part, with: change.other))
        #expect(faults.contains { $0.contains(change.fault) }, "\(faults)")
    }

    @Test("several faults are told together, in the order of the file")
    func several() {
        let text = DemoEvent.text.replacing("\"KRW\"", with: "\"won\"").replacing(
            "\"seatsPerIntent\": 6", with: "\"seatsPerIntent\": 0")
        let faults = Self.faults(of: Array(text.utf8))
        #expect(faults.count == 2)
        #expect(faults.first?.hasPrefix("line 5") == true)
    }

    @Test("what is not JSON is told where it stops being JSON")
    func notJSON() {
        #expect(
            Self.faults(of: Self.file(replacing: "\"name\": \"middle\",", with: "\"name\" \"middle\","))
                .first?.hasPrefix("line 10") == true)
        #expect(Self.faults(of: []).count == 1)
        #expect(Self.faults(of: Array("{}".utf8)).count == 8)
    }
}
