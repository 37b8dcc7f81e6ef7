import HTTP

/// Takes calls, does them, and lets go wrong what is asked for. It belongs to one loop.
package final class CallDesk {
    package let tables: DynamoStore
    package let queues: QueueStore
    let clock: DoubleClock
    let faults = FaultDesk()
    var counts = CallCounts()

    package init(clock: DoubleClock, inFlightLimit: Int? = nil) {
        self.clock = clock
        tables = DynamoStore(clock: clock)
        queues = QueueStore(clock: clock)
        if let inFlightLimit { queues.inFlightLimit = inFlightLimit }
        queues.doubles = { [unowned faults] in faults.doubles() }
    }

    /// Forgets faults and counts, and with the data all that was ever sent.
    func reset(includingData: Bool) {
        faults.reset()
        counts = CallCounts()
        guard includingData else { return }
        tables.removeAll()
        queues.removeAll()
        clock.reset()
    }

    /// One call as far as it is done at once.
    enum Step {
        case reply(Reply)
        case wait(ReceiveWaiter)
    }

    /// Does a call whose fault is known. `host` is what addresses of queues begin with.
    func perform(
        _ operation: Operation, _ body: UnsafeRawBufferPointer, host: String, _ plan: FaultPlan
    ) -> Step {
        do throws(Refusal) {
            if let refusal = refusalBefore(operation, plan) { throw refusal }
            let step =
                operation.isQueue
                ? try queueStep(operation, body, host: host, plan)
                : .reply(try tableReply(operation, body, plan))
            return after(step, operation, plan)
        } catch {
            counts.refuse(operation, error.name)
            // A refusal can be lost on its way like any other answer.
            return after(.reply(Reply(error)), operation, plan)
        }
    }

    /// What a fault says instead of the call.
    private func refusalBefore(_ operation: Operation, _ plan: FaultPlan) -> Refusal? {
        switch plan.fault {
        case .throttle: throttled(operation)
        case .errorBefore: serverError(operation)
        case .conflict where [.putItem, .updateItem, .deleteItem].contains(operation): DynamoStore.conflict
        default: nil
        }
    }

    private func after(_ step: Step, _ operation: Operation, _ plan: FaultPlan) -> Step {
        guard case .reply(var reply) = step else { return step }
        switch plan.fault {
        case .errorAfter:
            let refusal = serverError(operation)
            counts.refuse(operation, refusal.name)
            return .reply(Reply(refusal))
        case .drop:
            reply.isDropped = true
            return .reply(reply)
        default: return step
        }
    }

    /// The reply to a receive that has waited.
    func reply(_ received: [ReceivedMessage], _ waiter: ReceiveWaiter, _ plan: FaultPlan) -> Reply {
        let answer = QueueStore.answer(received, waiter.request)
        counts.bill(.receiveMessage, requests: answer.billedRequests)
        guard case .reply(let reply) = after(.reply(Reply(body: answer.body)), .receiveMessage, plan) else {
            return Reply(body: answer.body)
        }
        return reply
    }

    private func throttled(_ operation: Operation) -> Refusal? {
        guard !operation.isQueue else {
            return .queue("RequestThrottled", "The request was denied due to request throttling.")
        }
        // Half of what happens to transactions is told as the reason of a cancellation.
        let isTransaction = operation == .transactWriteItems || operation == .transactGetItems
        if isTransaction, faults.flipsCoin() { return nil }
        return Refusal(
            faults.throttleName(),
            "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your "
                + "table or index so please try again shortly.")
    }

    private func serverError(_ operation: Operation) -> Refusal {
        guard operation.isQueue else {
            return Refusal("InternalServerError", "Internal server error", status: .internalError)
        }
        var refusal = Refusal(
            "InternalFailure",
            "The request processing has failed because of an unknown error, exception or failure.",
            status: .internalError, origin: .gate)
        refusal.queryCode = "InternalFailure"
        return refusal
    }

    private func tableReply(
        _ operation: Operation, _ body: UnsafeRawBufferPointer, _ plan: FaultPlan
    ) throws(Refusal) -> Reply {
        var trouble = DynamoStore.Trouble()
        trouble.conflicts = plan.fault == .conflict
        trouble.isThrottled = plan.fault == .throttle
        trouble.holdMs = Int64(plan.holdMs)
        tables.pageBytes =
            faults.settings.pageBytes > 0 ? faults.settings.pageBytes : DynamoStore.maxPageBytes
        let answer = try tables.answer(
            operation, body, trouble: trouble, leavesOut: plan.fault == .unprocessed)
        if !answer.use.isNothing { counts.bill(operation, units: answer.use) }
        return Reply(body: answer.body)
    }

    private func queueStep(
        _ operation: Operation, _ body: UnsafeRawBufferPointer, host: String, _ plan: FaultPlan
    ) throws(Refusal) -> Step {
        if operation == .receiveMessage {
            switch try queues.receiveMessage(body) {
            case .answer(let answer):
                counts.bill(operation, requests: answer.billedRequests)
                return .reply(Reply(body: answer.body))
            case .wait(let waiter): return .wait(waiter)
            }
        }
        let answer = try queues.answer(operation, body, host: host, leavesOut: plan.fault == .unprocessed)
        counts.bill(operation, requests: answer.billedRequests)
        return .reply(Reply(body: answer.body))
    }
}
