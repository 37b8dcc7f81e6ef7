import LoadBot
import Testing

@Suite("A reading of the integrity page")
struct IntegritySampleTests {
    private func sample(lag: String) -> IntegritySample? {
        IntegritySample(
            Array(
                #"{"event":"e","capacity":2,"free":1,"held":0,"selling":0,"sold":1,"blocked":0,"oversold":0,"#
                    .utf8)
                + Array(#""ticketsInOrders":1,"strays":0,"queueDepth":3\#(lag)}"#.utf8))
    }

    @Test("has the age of the oldest message, or none where the queue does not tell")
    func lag() {
        #expect(sample(lag: #","workerLagMs":35"#)?.workerLagMs == 35)
        let untold = sample(lag: #","workerLagMs":null"#)
        #expect(untold != nil && untold?.workerLagMs == nil)
    }

    @Test("lacks a number when the age is not there at all, or is something else")
    func missing() {
        #expect(sample(lag: "") == nil)
        #expect(sample(lag: #","workerLagMs":"35""#) == nil)
    }
}
