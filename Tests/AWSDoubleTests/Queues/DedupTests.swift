import Testing

@testable import AWSDouble

@Suite struct DedupTests {
    private let double = TestDouble()

    @Test("the same again within five minutes is answered like the first and not queued")
    func window() throws {
        double.makeQueue()
        let first = double.send("m", dedup: "d")
        #expect(double.send("m", dedup: "d").member("MessageId") == first.member("MessageId"))
        #expect(double.send("m", dedup: "d").member("SequenceNumber") == first.member("SequenceNumber"))
        let handle = try #require(double.receive().member("ReceiptHandle"))
        double.delete(handle)
        // The window is about sends: a delete changes nothing.
        double.send("m", dedup: "d")
        #expect(double.receive().text == "{}")
        double.pass(seconds: 299)
        double.send("m", dedup: "d")
        #expect(double.receive().text == "{}")
        double.pass(seconds: 2)
        #expect(double.send("m", dedup: "d").member("MessageId") != first.member("MessageId"))
        #expect(double.receive().members("Body") == ["m"])
    }

    @Test("the scope is the queue, or each group where that is set")
    func scopes() {
        double.makeQueue()
        double.send("one", group: "a", dedup: "d")
        double.send("two", group: "b", dedup: "d")
        #expect(double.receive().members("Body") == ["one"])
        let other = TestDouble()
        other.makeQueue(
            "orders.fifo", #","DeduplicationScope":"messageGroup","FifoThroughputLimit":"perMessageGroupId""#)
        other.send("one", group: "a", dedup: "d")
        other.send("two", group: "b", dedup: "d")
        #expect(other.receive().members("Body") == ["one", "two"])
    }

    @Test("without an id the body decides, where the queue allows it")
    func byContent() {
        double.makeQueue()
        let body = #"{"QueueUrl":"\#(TestDouble.queueURL)","MessageBody":"m","MessageGroupId":"g"}"#
        #expect(double.call(.sendMessage, body).has("ContentBasedDeduplication enabled"))
        double.call(
            .setQueueAttributes,
            #"{"QueueUrl":"\#(TestDouble.queueURL)","Attributes":{"ContentBasedDeduplication":"true"}}"#)
        double.call(.sendMessage, body)
        double.call(.sendMessage, body)
        #expect(double.receive().members("Body") == ["m"])
    }

    @Test("the per-group limit needs the per-group scope")
    func contradiction() {
        let seen = double.call(
            .createQueue,
            #"{"QueueName":"a.fifo","Attributes":{"FifoQueue":"true","FifoThroughputLimit":"perMessageGroupId"}}"#
        )
        #expect(seen.has("InvalidAttributeValue"))
    }
}
