import HTTP
import JSON

/// The private port: faults, counts, time. Nothing of AWS is like it.
final class ControlDoor {
    private let desk: CallDesk
    private let timekeeper: QueueTimekeeper

    init(desk: CallDesk, timekeeper: QueueTimekeeper) {
        self.desk = desk
        self.timekeeper = timekeeper
    }

    func addRoutes(to router: Router) {
        router.on(
            .get, "/health", .immediate { _ throws(Problem) in .json(.ok, Array("{\"status\":\"ok\"}".utf8)) }
        )
        router.on(.get, "/counts", .immediate { [self] _ throws(Problem) in showCounts() })
        router.on(.get, "/faults", .immediate { [self] _ throws(Problem) in showFaults() })
        router.on(
            .post, "/faults",
            .immediate { [self] request throws(Problem) in
                desk.faults.set(
                    try Self.read { () throws(JSONError) in try FaultSettings.read(request.body) })
                return showFaults()
            })
        router.on(.post, "/faults/next", .immediate { [self] request throws(Problem) in try script(request) })
        router.on(.post, "/clock", .immediate { [self] request throws(Problem) in try moveClock(request) })
        router.on(.post, "/expire", .immediate { [self] _ throws(Problem) in expire() })
        router.on(.post, "/reset", .immediate { [self] request throws(Problem) in try reset(request) })
    }

    private func showCounts() -> Response {
        Self.answer { writer in
            desk.counts.write(to: &writer)
            writer.object("faults") { writer in
                for fault in Fault.allCases {
                    writer.name(fault.rawValue)
                    writer.element(desk.faults.done[fault] ?? 0)
                }
                writer.member("duplicate", desk.faults.doubled)
            }
        }
    }

    private func showFaults() -> Response { Self.answer { desk.faults.settings.write(to: &$0) } }

    /// `{"operation":"DynamoDB.PutItem","fault":"errorAfter","count":2}`: for the next calls, before any share.
    private func script(_ request: borrowing Request) throws(Problem) -> Response {
        var operation: Operation?
        var fault: Fault?
        var count = 1
        let body = request.body
        try Self.read { () throws(JSONError) in
            try JSONReader.read(body) { reader throws(JSONError) in
                try reader.object { name, reader throws(JSONError) in
                    switch name {
                    case "operation": operation = Operation.byName[try FaultSettings.operation(&reader)]
                    case "fault":
                        fault = Fault(rawValue: try reader.string())
                        guard fault != nil else {
                            throw reader.invalidValue(
                                "must be one of \(Fault.allCases.map(\.rawValue).joined(separator: ", "))")
                        }
                    case "count": count = try reader.integer(in: 1...1_000_000)
                    default: throw reader.unknownMember()
                    }
                }
            }
        }
        guard let operation, let fault else { throw .invalidRequest("operation and fault must be given") }
        desk.faults.script(operation, fault, count: count)
        return Self.answer { $0.member("scripted", count) }
    }

    /// `{"advanceMs":30000}`: visibility timeouts, tokens and windows pass at once.
    private func moveClock(_ request: borrowing Request) throws(Problem) -> Response {
        var milliseconds = 0
        let body = request.body
        try Self.read { () throws(JSONError) in
            try JSONReader.read(body) { reader throws(JSONError) in
                try reader.object { name, reader throws(JSONError) in
                    guard name == "advanceMs" else { throw reader.unknownMember() }
                    milliseconds = try reader.integer(in: 0...31_536_000_000)
                }
            }
        }
        desk.clock.advance(byMs: Int64(milliseconds))
        timekeeper.timeMoved()
        return Self.answer { $0.member("nowMs", desk.clock.nowMs) }
    }

    private func expire() -> Response {
        let count = desk.tables.expireItems()
        return Self.answer { $0.member("expired", count) }
    }

    /// `{"data":false}` leaves tables and queues alone and forgets faults and counts only.
    private func reset(_ request: borrowing Request) throws(Problem) -> Response {
        var includesData = true
        let body = request.body
        if !body.isEmpty {
            try Self.read { () throws(JSONError) in
                try JSONReader.read(body) { reader throws(JSONError) in
                    try reader.object { name, reader throws(JSONError) in
                        guard name == "data" else { throw reader.unknownMember() }
                        includesData = try reader.bool()
                    }
                }
            }
        }
        desk.reset(includingData: includesData)
        timekeeper.timeMoved()
        return Self.answer { $0.member("reset", true) }
    }

    private static func read<Value>(_ body: () throws(JSONError) -> Value) throws(Problem) -> Value {
        do throws(JSONError) {
            return try body()
        } catch {
            throw .invalidRequest(error.description)
        }
    }

    private static func answer(_ members: (inout JSONWriter) -> Void) -> Response {
        var writer = JSONWriter()
        writer.object(members)
        return .json(.ok, writer.take())
    }
}
