import CLinux
import Glibc
import Testing

@testable import EventLoop

@Suite("The inbox of a loop")
struct InboxTests {
    /// How often the descriptor was signalled since it was last read.
    private func expect(
        _ inbox: borrowing Inbox, signals expected: UInt64, _ place: SourceLocation = #_sourceLocation
    ) {
        var count: UInt64 = 0
        let signals = read(inbox.wakeDescriptor, &count, 8) == 8 ? count : 0
        #expect(signals == expected, sourceLocation: place)
    }

    private func expect(
        _ inbox: borrowing Inbox, fallsAsleep expected: Bool, _ place: SourceLocation = #_sourceLocation
    ) {
        let fellAsleep = inbox.fallAsleep()
        #expect(fellAsleep == expected, sourceLocation: place)
    }

    @Test("a loop that is awake costs its senders no system call")
    func awake() {
        let inbox = Inbox()
        for _ in 0..<100 { inbox.send(.closure {}) }
        inbox.wake()
        expect(inbox, signals: 0)
    }

    @Test("a loop that sleeps is woken once, however much is sent")
    func asleep() {
        let inbox = Inbox()
        expect(inbox, fallsAsleep: true)
        for _ in 0..<100 { inbox.send(.closure {}) }
        inbox.wake()
        expect(inbox, signals: 1)
        var ready = WorkQueue()
        inbox.takeAll(into: &ready)
        #expect(ready.count == 100)
        inbox.send(.closure {})
        expect(inbox, signals: 0)
    }

    @Test("a loop does not fall asleep over work or a wake-up that it has not seen")
    func unseen() {
        let inbox = Inbox()
        var ready = WorkQueue()
        inbox.send(.closure {})
        expect(inbox, fallsAsleep: false)
        inbox.takeAll(into: &ready)
        expect(inbox, fallsAsleep: true)
        inbox.takeAll(into: &ready)
        inbox.wake()
        expect(inbox, fallsAsleep: false)
        inbox.takeAll(into: &ready)
        expect(inbox, fallsAsleep: true)
    }

    @Test("work comes out in the order in which it went in")
    func order() {
        let inbox = Inbox()
        let seen = Numbers()
        var ready = WorkQueue()
        for number in 0..<10_000 {
            inbox.send(.closure { seen.numbers.append(number) })
            if number % 3_000 == 0 { inbox.takeAll(into: &ready) }
            if number % 7 == 0, case .closure(let body)? = ready.popFirst() { body() }
        }
        inbox.takeAll(into: &ready)
        while case .closure(let body)? = ready.popFirst() { body() }
        #expect(seen.numbers == Array(0..<10_000))
        #expect(ready.isEmpty)
    }

    // Used by one thread of one test.
    private final class Numbers: @unchecked Sendable { var numbers: [Int] = [] }
}
