import EventLoop
import HTTP
import Telemetry

/// The port that clients of AWS speak to. A call from memory is answered at once, without a task; one that has to
/// wait, for a message or because a fault says so, is put down and taken up by the handler that may wait.
final class AWSDoor {
    private let desk: CallDesk
    private let loop: EventLoop
    private let timekeeper: QueueTimekeeper
    private var signatures: SignatureCheck?

    /// What a call waits for, between the two halves of one request's handling.
    private enum Postponed {
        case whole(Operation, [UInt8], host: String, FaultPlan)
        case wait(ReceiveWaiter, FaultPlan)
        case answer(Operation, Reply, FaultPlan)
    }

    private var postponed: Postponed?

    init(desk: CallDesk, loop: EventLoop, timekeeper: QueueTimekeeper, signatures: SignatureCheck?) {
        self.desk = desk
        self.loop = loop
        self.timekeeper = timekeeper
        self.signatures = signatures
    }

    func addRoutes(to router: Router) {
        let handler = Handler.cached(
            { [self] request throws(Problem) in answerNow(request) },
            otherwise: { [self] request async throws(Problem) in await answerLater(request) })
        router.on(.post, "/", handler)
        // Clients of the older protocol post to the queue's own address.
        router.on(.post, "/{account}/{queue}", handler)
    }

    /// Nil when the call has to wait.
    private func answerNow(_ request: borrowing Request) -> Response? {
        postponed = nil
        let operation: Operation
        do throws(Refusal) {
            operation = try self.operation(request)
            try signatures?.check(request, operation, nowMs: desk.clock.nowMs)
        } catch {
            return Reply(error).response(isQueue: error.queryCode != nil, requestID: request.id.description)
        }
        desk.counts.begin(operation)
        let plan = desk.faults.plan(for: operation)
        let host = operation.isQueue ? request.headerText("host") ?? "localhost" : ""
        guard plan.delayBeforeMs == 0 else {
            postponed = .whole(operation, Array(request.body), host: host, plan)
            return nil
        }
        switch desk.perform(operation, request.body, host: host, plan) {
        case .wait(let waiter):
            postponed = .wait(waiter, plan)
            return nil
        case .reply(let reply):
            timekeeper.lookAhead()
            guard plan.delayAfterMs == 0 else {
                postponed = .answer(operation, reply, plan)
                return nil
            }
            return reply.response(isQueue: operation.isQueue, requestID: request.id.description)
        }
    }

    private func answerLater(_ request: borrowing Request) async -> Response {
        // The server calls this right after `answerNow`, on the same loop: nothing comes between.
        guard let begun = postponed else {
            return Response(.internalError, contentType: "application/x-amz-json-1.0")
        }
        postponed = nil
        let requestID = request.id.description
        switch begun {
        case .wait(let waiter, let plan):
            return await reply(waiter, plan).response(isQueue: true, requestID: requestID)
        case .answer(let operation, let reply, let plan):
            await loop.sleep(forMs: UInt64(plan.delayAfterMs))
            return reply.response(isQueue: operation.isQueue, requestID: requestID)
        case .whole(let operation, let body, let host, let plan):
            await loop.sleep(forMs: UInt64(plan.delayBeforeMs))
            let reply: Reply
            switch body.withUnsafeBytes({ desk.perform(operation, $0, host: host, plan) }) {
            case .reply(let done):
                timekeeper.lookAhead()
                reply = done
            case .wait(let waiter): reply = await self.reply(waiter, plan)
            }
            if plan.delayAfterMs > 0 { await loop.sleep(forMs: UInt64(plan.delayAfterMs)) }
            return reply.response(isQueue: operation.isQueue, requestID: requestID)
        }
    }

    private func reply(_ waiter: ReceiveWaiter, _ plan: FaultPlan) async -> Reply {
        timekeeper.lookAhead()
        let received = await withUnsafeContinuation { continuation in
            waiter.whenDone { continuation.resume(returning: Delivery(messages: $0)) }
        }
        return desk.reply(received.messages, waiter, plan)
    }

    private func operation(_ request: borrowing Request) throws(Refusal) -> Operation {
        guard let target = request.headerText("x-amz-target"), let operation = Operation.byTarget[target]
        else {
            throw Refusal(
                "UnknownOperationException",
                "aws-double does not know the operation \(request.headerText("x-amz-target") ?? "of this request")",
                origin: .gate)
        }
        guard request.headerText("content-type")?.hasPrefix("application/x-amz-json-1.0") == true else {
            throw Refusal(
                "SerializationException", "The Content-Type must be application/x-amz-json-1.0",
                origin: .serialization)
        }
        return operation
    }
}

/// Messages on their way from the queue to the handler that waits for them.
///
// Sendable because both ends are on the loop that owns the queues; a continuation asks for it all the same.
private struct Delivery: @unchecked Sendable {
    let messages: [ReceivedMessage]
}
