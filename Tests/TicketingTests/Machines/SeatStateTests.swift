import Testing
import Ticketing
import TicketingTesting

@Suite("A seat")
struct SeatStateTests {
    private let ana = IntentID.named("pi_ana")
    private let ben = IntentID.named("pi_ben")
    private let now = SmallHall.opensAt
    private let order = OrderNumber.named("ABCD-EFGH-IJKL-MNOP")

    private var held: SeatState { .held(owner: ana, expiresAt: now.adding(ms: 1000)) }

    @Test("goes from free over held and selling to sold")
    func wholeWay() throws {
        let held = try SeatState.free.held(by: ana, until: now.adding(ms: 1000), now: now)
        let sold = try held.claimed(by: ana).sold(by: ana, order: order)
        #expect(sold == .sold(owner: ana, order: order))
    }

    @Test("is nobody else's before its hold ends, and the next one's from that moment on")
    func holdEnds() throws {
        let until = now.adding(ms: 9000)
        #expect(throws: SeatTransitionError(.notFree, from: held)) {
            try held.held(by: ben, until: until, now: now.adding(ms: 999))
        }
        #expect(
            try held.held(by: ben, until: until, now: now.adding(ms: 1000))
                == .held(owner: ben, expiresAt: until))
    }

    @Test("whose hold has ended is still its owner's to claim while nobody came")
    func lateClaim() throws {
        #expect(try held.claimed(by: ana) == .selling(owner: ana))
    }

    @Test("refuses every step of somebody else", arguments: SeatRelease.allCases)
    func owners(release: SeatRelease) {
        let selling = SeatState.selling(owner: ana)
        #expect(throws: SeatTransitionError(.notOwner, from: held)) { try held.claimed(by: ben) }
        #expect(throws: SeatTransitionError(.notOwner, from: selling)) {
            try selling.sold(by: ben, order: order)
        }
        for state in [held, selling, .free, .sold(owner: ana, order: order)] {
            #expect(throws: SeatTransitionError(.notOwner, from: state)) {
                try state.freed(by: ben, because: release)
            }
        }
    }

    @Test("is held by one intent only once, even after the hold has ended")
    func heldOnce() {
        #expect(throws: SeatTransitionError(.alreadyOwned, from: held)) {
            try held.held(by: ana, until: now.adding(ms: 9000), now: now.adding(ms: 5000))
        }
    }

    @Test("takes no hold that ends now or earlier")
    func pastHold() {
        #expect(throws: SeatTransitionError(.holdEndsInThePast, from: .free)) {
            try SeatState.free.held(by: ana, until: now, now: now)
        }
    }

    @Test("that is sold is never free again", arguments: SeatRelease.allCases)
    func soldStays(release: SeatRelease) {
        let sold = SeatState.sold(owner: ana, order: order)
        #expect(throws: SeatTransitionError(.wrongState, from: sold)) {
            try sold.freed(by: ana, because: release)
        }
        #expect(throws: SeatTransitionError(.wrongState, from: sold)) { try sold.claimed(by: ana) }
        #expect(throws: SeatTransitionError(.notFree, from: sold)) {
            try sold.held(by: ben, until: .latest, now: .latest.adding(ms: -1))
        }
    }

    @Test("is not cancelled once it is being sold, nor declined before")
    func releases() {
        let selling = SeatState.selling(owner: ana)
        #expect(throws: SeatTransitionError(.wrongState, from: selling)) {
            try selling.freed(by: ana, because: .cancelled)
        }
        #expect(throws: SeatTransitionError(.wrongState, from: held)) {
            try held.freed(by: ana, because: .declined)
        }
    }

    @Test("shows itself outside as free, held or sold")
    func availability() {
        #expect(SeatState.free.availability(at: now) == .free)
        #expect(held.availability(at: now) == .held)
        #expect(held.availability(at: now.adding(ms: 1000)) == .free)
        #expect(SeatState.selling(owner: ana).availability(at: .latest) == .held)
        #expect(SeatState.sold(owner: ana, order: order).availability(at: now) == .sold)
    }

    @Test("stands in another's way with its owner and, while it is held, the end of the hold")
    func obstacles() {
        let end = now.adding(ms: 1000)
        #expect(SeatState.free.obstacle(at: now) == nil)
        #expect(held.obstacle(at: end.adding(ms: -1)) == .held(by: ana, until: end))
        #expect(held.obstacle(at: end) == nil)
        #expect(SeatState.selling(owner: ana).obstacle(at: .latest) == .selling(by: ana))
        let sold = SeatState.sold(owner: ana, order: order)
        #expect(sold.obstacle(at: now) == .sold(to: ana))
        for state in [held, .selling(owner: ana), sold] {
            #expect(state.obstacle(at: now)?.availability == state.availability(at: now))
        }
        #expect(SeatObstacle.blocked.availability == .blocked)
        #expect(SeatObstacle.blocked.owner == nil)
    }
}
