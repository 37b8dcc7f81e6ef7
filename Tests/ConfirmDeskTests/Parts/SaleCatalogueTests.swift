import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

@DeskLoop
@Suite("What is on sale", .timeLimit(.minutes(1)))
struct SaleCatalogueTests {
    private let clock = ManualClock()
    private let source = FaultyCatalogue()
    private let hall = SmallHall()
    private var room: WaitingRoom { WaitingRoom(clock: clock, executor: nil) }
    private var deadline: Timestamp { clock.now().adding(ms: 1_000) }

    @Test("is read once a second, and the seats only when the event has changed")
    func fresh() async throws {
        source.put(hall.listing)
        let sales = SaleCatalogue(source)
        let first = try await sales.sheet(of: hall.event, in: room, until: deadline)
        clock.advance(ms: 999)
        _ = try await sales.sheet(of: hall.event, in: room, until: deadline)
        #expect(source.eventReads == 1)
        clock.advance(ms: 1)
        let second = try await sales.sheet(of: hall.event, in: room, until: deadline)
        #expect(source.eventReads == 2)
        #expect(source.listingReads == 1)
        #expect(first === second)
        source.put(hall.listing(frontPrice: 1))
        clock.advance(ms: 1_000)
        _ = try await sales.sheet(of: hall.event, in: room, until: deadline)
        #expect(source.listingReads == 2)
    }

    @Test("is read by one of many who ask at once")
    func singleflight() async throws {
        source.put(hall.listing)
        let sales = SaleCatalogue(source)
        source.gate.close()
        let asking = (0..<100).map { _ in
            Task { @DeskLoop in try await sales.sheet(of: hall.event, in: room, until: deadline) }
        }
        while source.gate.arrivals == 0 { await Task.yield() }
        for _ in 0..<300 { await Task.yield() }
        source.gate.open()
        for request in asking { #expect(try await request.value?.event.id == hall.event) }
        #expect(source.eventReads == 1)
        #expect(source.listingReads == 1)
    }

    @Test("is answered from the last copy while somebody reads it anew")
    func staleWhileReading() async throws {
        source.put(hall.listing)
        let sales = SaleCatalogue(source)
        _ = try await sales.sheet(of: hall.event, in: room, until: deadline)
        clock.advance(ms: 1_500)
        source.gate.close()
        let leader = Task { @DeskLoop in try await sales.sheet(of: hall.event, in: room, until: deadline) }
        while source.gate.arrivals < 2 { await Task.yield() }
        #expect(try await sales.sheet(of: hall.event, in: room, until: deadline) != nil)
        source.gate.open()
        #expect(try await leader.value != nil)
    }

    @Test("is waited for until the deadline and no longer when there is no copy")
    func slowSource() async throws {
        source.put(hall.listing)
        let sales = SaleCatalogue(source)
        source.gate.close()
        let leader = Task { @DeskLoop in try await sales.sheet(of: hall.event, in: room, until: deadline) }
        while source.gate.arrivals == 0 { await Task.yield() }
        let follower = Task { @DeskLoop in try await sales.sheet(of: hall.event, in: room, until: deadline) }
        while clock.nextWake == nil { await Task.yield() }
        clock.advance(ms: 1_000)
        await #expect(throws: PortError.self) { try await follower.value }
        source.gate.open()
        #expect(try await leader.value != nil)
    }

    @Test("is not asked for again at once by everybody when the source is down")
    func down() async throws {
        source.put(hall.listing)
        let sales = SaleCatalogue(source)
        source.goDown()
        for _ in 0..<10 {
            await #expect(throws: PortError.self) {
                try await sales.sheet(of: hall.event, in: room, until: deadline)
            }
        }
        #expect(source.eventReads == 1)
        clock.advance(ms: 250)
        source.comeUp()
        #expect(try await sales.sheet(of: hall.event, in: room, until: deadline) != nil)
    }

    @Test("warms up without a buyer")
    func warmUp() async throws {
        source.put(hall.listing)
        let sales = SaleCatalogue(source)
        try await sales.warmUp(in: room, until: deadline)
        _ = try await sales.sheet(of: hall.event, in: room, until: deadline)
        #expect(source.eventReads == 1)
        #expect(source.listingReads == 1)
    }

    @Test("is not warmed up when its sale is over, nor beyond the time there is for it")
    func warmUpLimits() async throws {
        source.put(hall.listing)
        clock.advance(to: SmallHall.opensAt.adding(seconds: 86_400))
        try await SaleCatalogue(source).warmUp(in: room, until: deadline)
        #expect(source.listingReads == 0)
        let inTime = ManualClock(SmallHall.opensAt)
        let small = WaitingRoom(clock: inTime, executor: nil)
        try await SaleCatalogue(source).warmUp(in: small, until: inTime.now())
        #expect(source.listingReads == 0)
        try await SaleCatalogue(source).warmUp(in: small, until: inTime.now().adding(ms: 1))
        #expect(source.listingReads == 1)
    }
}
