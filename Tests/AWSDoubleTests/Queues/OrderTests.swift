import Testing

@testable import AWSDouble

@Suite struct OrderTests {
    private let double = TestDouble()

    init() { double.makeQueue() }

    @Test("a group waits while one of its messages is in flight; other groups go on")
    func groupsBlock() throws {
        for index in 1...3 { double.send("a\(index)", group: "a") }
        double.send("b1", group: "b")
        let first = double.receive(1)
        #expect(first.members("Body") == ["a1"])
        #expect(double.receive().members("Body") == ["b1"])
        #expect(double.receive().text == "{}")
        double.delete(try #require(first.member("ReceiptHandle")))
        #expect(double.receive().members("Body") == ["a2", "a3"])
    }

    @Test("messages come back in their order when a receive of several runs out of time")
    func orderAfterTimeout() {
        for index in 1...5 { double.send("m\(index)") }
        #expect(double.receive(3).members("Body") == ["m1", "m2", "m3"])
        double.pass(seconds: 29)
        #expect(double.receive().text == "{}")
        double.pass(seconds: 2)
        #expect(double.receive(2).members("Body") == ["m1", "m2"])
    }

    @Test("a group whose first message is held longer stays closed")
    func heldLonger() throws {
        for index in 1...3 { double.send("m\(index)") }
        let handles = double.receive(3).members("ReceiptHandle")
        double.changeVisibility(handles[0], seconds: 120)
        double.pass(seconds: 31)
        #expect(double.receive().text == "{}")
        double.pass(seconds: 90)
        #expect(double.receive().members("Body") == ["m1", "m2", "m3"])
    }

    @Test(
        "random sends, deletes, releases and timeouts never give a group's messages out of order",
        arguments: 0..<20)
    func randomOrder(seed: Int) {
        var dice = TestDice(seed: UInt64(seed))
        var sent = [Int](repeating: 0, count: 4)
        var deleted = [Int](repeating: 0, count: 4)
        var inFlight: [(group: Int, number: Int, handle: String)] = []
        for _ in 0..<400 {
            switch dice.next(5) {
            case 0, 1:
                let group = dice.next(4)
                sent[group] += 1
                double.send("\(group)-\(sent[group])", group: "g\(group)")
            case 2:
                let seen = double.receive(1 + dice.next(10))
                let busy = Set(inFlight.map(\.group))
                var next = deleted
                for (body, handle) in zip(seen.members("Body"), seen.members("ReceiptHandle")) {
                    let parts = body.split(separator: "-").map { Int($0)! }
                    #expect(!busy.contains(parts[0]), "a group was given out while a message was in flight")
                    next[parts[0]] += 1
                    #expect(parts[1] == next[parts[0]], "a message came before an older one")
                    inFlight.append((parts[0], parts[1], handle))
                }
            case 3:
                // Oldest first within a group, as a worker does it.
                guard let index = inFlight.indices.randomElement(using: &dice) else { continue }
                let group = inFlight[index].group
                let first = inFlight.firstIndex { $0.group == group }!
                #expect(double.delete(inFlight[first].handle).status == 200)
                deleted[group] += 1
                inFlight.remove(at: first)
            default:
                double.pass(seconds: 31)
                inFlight = []
            }
        }
    }

    @Test("given up after the receives its queue allows, in order, with its source")
    func deadLetters() {
        double.makeQueue("dead.fifo")
        double.call(
            .setQueueAttributes,
            #"{"QueueUrl":"\#(TestDouble.queueURL)","Attributes":{"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:dead.fifo\",\"maxReceiveCount\":2}"}}"#
        )
        double.send("m1")
        double.send("m2")
        for _ in 0..<2 {
            #expect(double.receive().members("Body") == ["m1", "m2"])
            double.pass(seconds: 31)
        }
        #expect(double.receive().text == "{}")
        let dead = double.receive(10, from: "dead.fifo")
        #expect(dead.members("Body") == ["m1", "m2"])
        #expect(dead.member("DeadLetterQueueSourceArn") == "arn:aws:sqs:us-east-1:000000000000:orders.fifo")
    }

    @Test("a move task brings dead letters back, at its rate")
    func moveTask() {
        deadLetters()
        double.pass(seconds: 31)
        let start = double.call(
            .startMessageMoveTask,
            #"{"SourceArn":"arn:aws:sqs:us-east-1:000000000000:dead.fifo","MaxNumberOfMessagesPerSecond":1}"#)
        #expect(start.status == 200, "\(start.text)")
        #expect(double.receive().members("Body") == ["m1"])
        double.pass(seconds: 1)
        let list = double.call(
            .listMessageMoveTasks, #"{"SourceArn":"arn:aws:sqs:us-east-1:000000000000:dead.fifo"}"#)
        #expect(list.has(#""Status":"COMPLETED""#))
        #expect(list.has(#""ApproximateNumberOfMessagesMoved":2"#))
    }
}

extension TestDice: RandomNumberGenerator {
    mutating func next() -> UInt64 { UInt64(next(1 << 30)) << 34 | UInt64(next(1 << 30)) << 4 }
}
