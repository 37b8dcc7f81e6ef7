import Testing

@testable import AWSDouble

@Suite struct ReceiptTests {
    private let double = TestDouble()

    init() { double.makeQueue() }

    @Test("a handle is good for one receive, and until its time is over")
    func expiredHandles() throws {
        double.send("m")
        let first = try #require(double.receive().member("ReceiptHandle"))
        double.pass(seconds: 31)
        #expect(double.delete(first).has("The receipt handle has expired"))
        let second = try #require(double.receive().member("ReceiptHandle"))
        #expect(double.delete(first).has("The receipt handle has expired"))
        #expect(double.changeVisibility(first, seconds: 60).has("The receipt handle has expired"))
        #expect(double.delete(second).status == 200)
        // A delete whose answer was lost is sent again.
        #expect(double.delete(second).status == 200)
        #expect(double.changeVisibility(second, seconds: 60).has("does not exist or is not available"))
        #expect(double.delete("nonsense").has("ReceiptHandleIsInvalid"))
    }

    @Test("nobody holds a message longer than twelve hours")
    func twelveHours() throws {
        double.send("m")
        let handle = try #require(double.receive().member("ReceiptHandle"))
        #expect(double.changeVisibility(handle, seconds: 43_200).status == 200)
        double.pass(seconds: 10)
        #expect(double.changeVisibility(handle, seconds: 43_200).has("beyond the limit"))
        #expect(double.changeVisibility(handle, seconds: 43_190).status == 200)
    }

    @Test("a receive asked for again by its attempt gives the same messages and handles")
    func attempts() throws {
        double.send("m1")
        double.send("m2", group: "other")
        let attempt = #","ReceiveRequestAttemptId":"try-1""#
        let first = double.receive(10, attempt)
        double.pass(seconds: 20)
        let again = double.receive(10, attempt)
        #expect(again.members("ReceiptHandle") == first.members("ReceiptHandle"))
        #expect(again.members("ApproximateReceiveCount") == ["1", "1"])
        // The visibility timeout began anew.
        double.pass(seconds: 20)
        #expect(double.receive().text == "{}")
        double.delete(first.members("ReceiptHandle")[0])
        // Something was done with one of them: no longer the same attempt.
        #expect(double.receive(10, attempt).text == "{}")
    }

    @Test("no more messages are given out than may be in flight")
    func inFlightLimit() throws {
        let small = TestDouble(inFlightLimit: 3)
        small.makeQueue()
        for index in 0..<5 { small.send("m\(index)", group: "g\(index)") }
        let first = small.receive()
        #expect(first.members("Body").count == 3)
        #expect(small.receive().text == "{}")
        small.delete(try #require(first.member("ReceiptHandle")))
        #expect(small.receive().members("Body").count == 1)
    }

    @Test("one bad entry of a batch fails alone")
    func partialFailure() throws {
        let seen = double.call(
            .sendMessageBatch,
            """
            {"QueueUrl":"\(TestDouble.queueURL)","Entries":[
             {"Id":"good","MessageBody":"m","MessageGroupId":"g","MessageDeduplicationId":"1"},
             {"Id":"bad","MessageBody":"m","MessageDeduplicationId":"2"},
             {"Id":"worse","MessageBody":"m\\u0001","MessageGroupId":"g","MessageDeduplicationId":"3"}]}
            """)
        #expect(seen.status == 200)
        #expect(seen.members("Id") == ["good", "bad", "worse"])
        #expect(seen.has(#""Code":"MissingParameter""#))
        #expect(seen.has(#""Code":"InvalidMessageContents""#))
        #expect(double.receive().members("Body") == ["m"])
    }

    @Test("a batch that is none is refused whole")
    func badBatches() {
        func send(_ entries: String) -> TestDouble.Seen {
            double.call(.sendMessageBatch, #"{"QueueUrl":"\#(TestDouble.queueURL)","Entries":[\#(entries)]}"#)
        }
        func entry(_ id: String) -> String {
            #"{"Id":"\#(id)","MessageBody":"m","MessageGroupId":"g","MessageDeduplicationId":"\#(id)"}"#
        }
        #expect(send("").has("EmptyBatchRequest"))
        #expect(
            send((0..<11).map { entry("e\($0)") }.joined(separator: ",")).has("TooManyEntriesInBatchRequest"))
        #expect(send(entry("a") + "," + entry("a")).has("BatchEntryIdsNotDistinct"))
        #expect(send(entry("a b")).has("InvalidBatchEntryId"))
        #expect(double.receive().text == "{}")
    }

    @Test("who waits is given the next message, in the order of waiting, or nothing in the end")
    func waiting() {
        var given: [[String]] = []
        func wait() {
            let body = #"{"QueueUrl":"\#(TestDouble.queueURL)","MaxNumberOfMessages":1,"WaitTimeSeconds":10}"#
            guard case .wait(let waiter) = double.step(.receiveMessage, body) else {
                Issue.record("a receive with nothing to give did not wait")
                return
            }
            waiter.whenDone { given.append($0.map(\.message.body.string)) }
        }
        wait()
        wait()
        wait()
        double.send("m1", group: "a")
        double.send("m2", group: "b")
        #expect(given == [["m1"], ["m2"]])
        double.pass(seconds: 9)
        #expect(given.count == 2)
        double.pass(seconds: 2)
        #expect(given == [["m1"], ["m2"], []])
    }
}
