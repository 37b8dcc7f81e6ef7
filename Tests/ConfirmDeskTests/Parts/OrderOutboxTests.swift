import Testing
import Ticketing
import TicketingTesting

@testable import ConfirmDesk

@DeskLoop
@Suite("The outbox", .timeLimit(.minutes(1)))
struct OrderOutboxTests {
    private let clock = ManualClock()

    private func message(_ number: Int) -> OutgoingMessage {
        OutgoingMessage(.probe("p\(number)"), group: "g\(number)", deduplicationID: "d\(number)")
    }

    private func settle() async { for _ in 0..<200 { await Task.yield() } }

    @Test("sends a message that comes alone at once, and together what gathers meanwhile")
    func gathers() async throws {
        let queue = FaultyQueue(clock: clock)
        let outbox = OrderOutbox(queue, room: WaitingRoom(clock: clock, executor: nil))
        let deadline = clock.now().adding(ms: 1_000)
        queue.gate.close()
        let sending = (0..<8).map { number in
            Task { @DeskLoop in try await outbox.send(message(number), until: deadline) }
        }
        await settle()
        #expect(queue.batches.map(\.count) == [1])
        queue.gate.letOnePass()
        await settle()
        #expect(queue.batches.map(\.count) == [1, 7])
        queue.gate.open()
        for request in sending { try await request.value }
        #expect(Set(queue.sent).count == 8)
    }

    @Test("does not wait for the call under way when a batch is full, and makes no batch too long")
    func fullBatches() async throws {
        let queue = FaultyQueue(clock: clock)
        let outbox = OrderOutbox(queue, room: WaitingRoom(clock: clock, executor: nil))
        let deadline = clock.now().adding(ms: 1_000)
        queue.gate.close()
        let sending = (0..<500).map { number in
            Task { @DeskLoop in try await outbox.send(message(number), until: deadline) }
        }
        await settle()
        #expect(queue.batches.count == 8)
        queue.gate.open()
        for request in sending { try await request.value }
        #expect(queue.batches.allSatisfy { $0.count <= queue.maxBatch })
        #expect(queue.sent.count == 500)
        #expect(Set(queue.sent).count == 500)
    }

    @Test("tells everybody in a batch when it failed, and goes on with the next")
    func failure() async throws {
        let queue = FaultyQueue(clock: clock)
        let outbox = OrderOutbox(queue, room: WaitingRoom(clock: clock, executor: nil))
        let deadline = clock.now().adding(ms: 1_000)
        queue.gate.close()
        queue.goDown()
        let sending = (0..<4).map { number in
            Task { @DeskLoop in try await outbox.send(message(number), until: deadline) }
        }
        await settle()
        queue.gate.open()
        for request in sending {
            await #expect(throws: PortError.self) { try await request.value }
        }
        queue.comeUp()
        try await outbox.send(message(9), until: deadline)
    }

    @Test("keeps nobody beyond the deadline, and claims nothing about the message then")
    func deadline() async throws {
        let queue = FaultyQueue(clock: clock)
        let outbox = OrderOutbox(queue, room: WaitingRoom(clock: clock, executor: nil))
        let deadline = clock.now().adding(ms: 1_000)
        queue.gate.close()
        let first = Task { @DeskLoop in try await outbox.send(message(0), until: deadline) }
        await settle()
        let second = Task { @DeskLoop in try await outbox.send(message(1), until: deadline) }
        while clock.nextWake == nil { await Task.yield() }
        clock.advance(ms: 1_000)
        let error = await #expect(throws: PortError.self) { try await second.value }
        #expect(error?.code == .unknownOutcome)
        queue.gate.open()
        try await first.value
    }
}
