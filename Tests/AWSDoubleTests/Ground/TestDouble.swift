import HTTP
import Testing

@testable import AWSDouble

/// A double without sockets, on a clock that stands still.
final class TestDouble {
    private final class Wall { var nowMs: Int64 = 1_700_000_000_000 }

    let desk: CallDesk
    private let wall = Wall()

    init(inFlightLimit: Int? = nil) {
        let wall = wall
        desk = CallDesk(clock: DoubleClock { wall.nowMs }, inFlightLimit: inFlightLimit)
    }

    func pass(seconds: Int64) {
        wall.nowMs += seconds * 1_000
        desk.queues.passTime()
    }

    /// What a client would see: the status and the body.
    struct Seen {
        let status: UInt16
        let text: String
        let isDropped: Bool

        func has(_ part: String) -> Bool { text.contains(part) }

        /// The value of the first member of this name that is text.
        func member(_ name: String) -> String? {
            guard let start = text.firstRange(of: "\"\(name)\":\"") else { return nil }
            return String(text[start.upperBound...].prefix { $0 != "\"" })
        }

        /// All values of members of this name that are text, in order.
        func members(_ name: String) -> [String] {
            text.ranges(of: "\"\(name)\":\"").map { start in
                String(text[start.upperBound...].prefix { $0 != "\"" })
            }
        }
    }

    /// A call that is answered at once.
    @discardableResult
    func call(_ operation: Operation, _ body: String) -> Seen {
        switch step(operation, body) {
        case .reply(let reply): return seen(reply)
        case .wait: return Seen(status: 0, text: "waits", isDropped: false)
        }
    }

    func step(_ operation: Operation, _ body: String) -> CallDesk.Step {
        desk.counts.begin(operation)
        let plan = desk.faults.plan(for: operation)
        return Array(body.utf8).withUnsafeBytes { desk.perform(operation, $0, host: "double.test", plan) }
    }

    func seen(_ reply: Reply) -> Seen {
        Seen(
            status: reply.status.code, text: String(decoding: reply.body, as: UTF8.self),
            isDropped: reply.isDropped)
    }

    // MARK: A table and a queue

    func makeTable() {
        let seen = call(
            .createTable,
            """
            {"TableName":"seats","BillingMode":"PAY_PER_REQUEST",
             "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"},
                                     {"AttributeName":"age","AttributeType":"N"},{"AttributeName":"open","AttributeType":"S"}],
             "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
             "GlobalSecondaryIndexes":[{"IndexName":"open-by-age","Projection":{"ProjectionType":"KEYS_ONLY"},
               "KeySchema":[{"AttributeName":"open","KeyType":"HASH"},{"AttributeName":"age","KeyType":"RANGE"}]}]}
            """)
        #expect(seen.status == 200, "\(seen.text)")
    }

    @discardableResult
    func put(_ pk: String, _ sk: String, _ others: String = "") -> Seen {
        call(.putItem, #"{"TableName":"seats","Item":{"pk":{"S":"\#(pk)"},"sk":{"S":"\#(sk)"}\#(others)}}"#)
    }

    func get(_ pk: String, _ sk: String) -> Seen {
        call(.getItem, #"{"TableName":"seats","Key":{"pk":{"S":"\#(pk)"},"sk":{"S":"\#(sk)"}}}"#)
    }

    static let queueURL = "http://double.test/000000000000/orders.fifo"

    func makeQueue(_ name: String = "orders.fifo", _ attributes: String = "") {
        let seen = call(
            .createQueue, #"{"QueueName":"\#(name)","Attributes":{"FifoQueue":"true"\#(attributes)}}"#)
        #expect(seen.status == 200, "\(seen.text)")
    }

    @discardableResult
    func send(_ body: String, group: String = "g", dedup: String? = nil) -> Seen {
        call(
            .sendMessage,
            #"{"QueueUrl":"\#(Self.queueURL)","MessageBody":"\#(body)","MessageGroupId":"\#(group)","#
                + #""MessageDeduplicationId":"\#(dedup ?? body)"}"#)
    }

    func receive(_ count: Int = 10, _ others: String = "", from name: String = "orders.fifo") -> Seen {
        call(
            .receiveMessage,
            #"{"QueueUrl":"http://double.test/000000000000/\#(name)","MaxNumberOfMessages":\#(count),"#
                + #""AttributeNames":["All"]\#(others)}"#)
    }

    @discardableResult
    func delete(_ handle: String) -> Seen {
        call(.deleteMessage, #"{"QueueUrl":"\#(Self.queueURL)","ReceiptHandle":"\#(handle)"}"#)
    }

    @discardableResult
    func changeVisibility(_ handle: String, seconds: Int) -> Seen {
        call(
            .changeMessageVisibility,
            #"{"QueueUrl":"\#(Self.queueURL)","ReceiptHandle":"\#(handle)","VisibilityTimeout":\#(seconds)}"#)
    }
}

/// Numbers that are the same in every run.
struct TestDice {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(_ below: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % below
    }
}
