import DynamoDB
import Testing
import Ticketing

@Suite("Failures on DynamoDB")
struct FailureCountTests {
    private func failure(_ store: TestStore) -> Failure {
        Failure(key: "a", kind: .payment, reason: "no answer", at: store.clock.now())
    }

    @Test("count on when the tokens of old writes have been swept")
    func swept() async throws {
        try await withTestStore { store in
            for number in 1...120 {
                let count = try await store.deadLetters.record(failure(store))
                #expect(count == number)
            }
            let counts = try await store.deadLetters.failureCounts(of: "a")
            #expect(counts == [.payment: 120])
        }
    }

    @Test("count once when the answer was lost and another failure came in between")
    func lostAnswer() async throws {
        try await withTestStore { store in
            try store.double.fault("DynamoDB.UpdateItem", "errorAfter")
            async let first = store.deadLetters.record(failure(store))
            async let second = store.deadLetters.record(failure(store))
            let counts = try await [first, second]
            #expect(counts.sorted() == [1, 2])
            let total = try await store.deadLetters.failureCounts(of: "a")
            #expect(total == [.payment: 2])
        }
    }
}
