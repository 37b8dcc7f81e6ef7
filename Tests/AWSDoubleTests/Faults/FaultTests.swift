import JSON
import Testing

@testable import AWSDouble

@Suite struct FaultTests {
    private let double = TestDouble()

    init() {
        double.makeTable()
        double.makeQueue()
    }

    private func set(_ change: (inout FaultSettings) -> Void) {
        var settings = FaultSettings()
        change(&settings)
        double.desk.faults.set(settings)
    }

    @Test("an error before the effect did nothing, one after it did everything")
    func beforeAndAfter() {
        double.desk.faults.script(.putItem, .errorBefore, count: 1)
        #expect(double.put("p", "a").status == 500)
        #expect(double.get("p", "a").text == "{}")
        double.desk.faults.script(.putItem, .errorAfter, count: 1)
        #expect(double.put("p", "b").status == 500)
        #expect(double.get("p", "b").has(#""sk":{"S":"b"}"#))
        #expect(double.put("p", "c").status == 200)
    }

    @Test("a dropped answer belongs to a call that was done")
    func dropped() {
        double.desk.faults.script(.sendMessage, .drop, count: 1)
        #expect(double.send("m").isDropped)
        #expect(double.receive().members("Body") == ["m"])
    }

    @Test("a throttled call did nothing and says so in one of DynamoDB's ways")
    func throttled() {
        set { $0.throttlePercent = 100 }
        let seen = double.put("p", "a")
        #expect(seen.has("ProvisionedThroughputExceededException") || seen.has("ThrottlingException"))
        #expect(double.send("m").has("RequestThrottled"))
        set { _ in }
        #expect(double.get("p", "a").text == "{}")
        #expect(double.receive().text == "{}")
    }

    @Test("a message delivered twice has one id, and the second handle deletes nothing")
    func duplicates() {
        double.send("m")
        set { $0.duplicatePercent = 100 }
        let first = double.receive()
        set { _ in }
        let second = double.receive()
        #expect(second.member("MessageId") == first.member("MessageId"))
        #expect(second.member("ReceiptHandle") != first.member("ReceiptHandle"))
        #expect(double.delete(first.member("ReceiptHandle")!).status == 200)
        #expect(double.delete(second.member("ReceiptHandle")!).status == 200)
        double.pass(seconds: 31)
        #expect(double.receive().text == "{}")
    }

    @Test("a conflict on demand cancels a transaction and refuses a write")
    func conflict() {
        double.desk.faults.script(.putItem, .conflict, count: 1)
        #expect(double.put("p", "a").has("TransactionConflictException"))
        double.desk.faults.script(.transactWriteItems, .conflict, count: 1)
        let body =
            #"{"TransactItems":[{"Put":{"TableName":"seats","Item":{"pk":{"S":"p"},"sk":{"S":"a"}}}}]}"#
        #expect(double.call(.transactWriteItems, body).has("[TransactionConflict]"))
        #expect(double.get("p", "a").text == "{}")
    }

    @Test("what a batch leaves undone is given back")
    func unprocessed() {
        double.desk.faults.script(.batchWriteItem, .unprocessed, count: 1)
        let seen = double.call(
            .batchWriteItem,
            """
            {"RequestItems":{"seats":[{"PutRequest":{"Item":{"pk":{"S":"p"},"sk":{"S":"a"}}}},
                                      {"PutRequest":{"Item":{"pk":{"S":"p"},"sk":{"S":"b"}}}}]}}
            """)
        #expect(
            seen.has(
                #""UnprocessedItems":{"seats":[{"PutRequest":{"Item":{"pk":{"S":"p"},"sk":{"S":"b"}}}}]}"#))
        #expect(double.get("p", "a").has("sk"))
        #expect(double.get("p", "b").text == "{}")
    }

    @Test("the last entry of a queue's batch fails on demand, by the service's fault and with nothing done")
    func failedEntry() {
        double.desk.faults.script(.sendMessageBatch, .unprocessed, count: 1)
        let entries = ["a", "b"].map {
            #"{"Id":"\#($0)","MessageBody":"\#($0)","MessageGroupId":"g","MessageDeduplicationId":"\#($0)"}"#
        }
        let body = #"{"QueueUrl":"\#(TestDouble.queueURL)","Entries":[\#(entries.joined(separator: ","))]}"#
        let seen = double.call(.sendMessageBatch, body)
        #expect(seen.status == 200)
        #expect(seen.has(#""Failed":[{"Id":"b","Code":"InternalError","#))
        #expect(seen.has(#""SenderFault":false"#))
        #expect(double.receive().members("Body") == ["a"])
    }

    @Test("a page ends where it is told to, and the next one goes on there")
    func smallPages() {
        for name in ["a", "b", "c"] { double.put("p", name) }
        set { $0.pageBytes = 1 }
        let query =
            #"{"TableName":"seats","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}}"#
        let first = double.call(.query, query + "}")
        #expect(first.has(#""Count":1"#) && first.has("LastEvaluatedKey"))
        let second = double.call(
            .query, query + #","ExclusiveStartKey":{"pk":{"S":"p"},"sk":{"S":"a"}}}"#)
        #expect(second.has(#""sk":{"S":"b"}"#))
        set { _ in }
        #expect(!double.call(.query, query + "}").has("LastEvaluatedKey"))
    }

    @Test("the same seed gives the same faults, another seed others, each near its share")
    func seeds() {
        func faults(seed: Int64) -> [Bool] {
            set {
                $0.seed = seed
                $0.throttlePercent = 20
            }
            return (0..<1_000).map { _ in double.get("p", "a").status != 200 }
        }
        let first = faults(seed: 1)
        #expect(faults(seed: 1) == first)
        #expect(faults(seed: 2) != first)
        #expect((150...250).contains(first.filter { $0 }.count))
    }

    @Test("only the operations that are named are concerned")
    func operations() {
        set {
            $0.errorBeforePercent = 100
            $0.operations = ["DynamoDB.PutItem"]
        }
        #expect(double.put("p", "a").status == 500)
        #expect(double.get("p", "a").status == 200)
    }

    @Test("every call is counted, with what it is billed and what was refused")
    func counts() throws {
        double.put("p", "a", #","x":{"S":"\#(String(repeating: "x", count: 1_500))"}"#)
        _ = double.get("p", "a")
        _ = double.get("gone", "a")
        double.put("p", "")
        double.send("m")
        let text = String(decoding: counted(), as: UTF8.self)
        #expect(
            text.contains(
                #""DynamoDB.PutItem":{"calls":2,"readUnits":0,"writeUnits":2,"refused":{"ValidationException":1}}"#
            ))
        #expect(text.contains(#""DynamoDB.GetItem":{"calls":2,"readUnits":1,"writeUnits":0"#))
        #expect(text.contains(#""SQS.SendMessage":{"calls":1,"billedRequests":1"#))
    }

    private func counted() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { double.desk.counts.write(to: &$0) }
        return writer.take()
    }
}
