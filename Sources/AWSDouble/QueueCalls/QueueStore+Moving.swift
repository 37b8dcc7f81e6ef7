import JSON

/// StartMessageMoveTask and ListMessageMoveTasks.
extension QueueStore {
    func startMessageMoveTask(_ body: UnsafeRawBufferPointer) throws(Refusal) -> QueueAnswer {
        let request = try QueueRequest.parse(body)
        guard let sourceARN = request.sourceARN else { throw .missingParameter("SourceArn") }
        let source = try existing(sourceARN)
        guard queues.values.contains(where: { $0.settings.redrive?.targetARN == sourceARN }) else {
            throw .invalidParameter("Source queue must be configured as a Dead Letter Queue.")
        }
        let destination = try request.destinationARN.map { arn throws(Refusal) in try existing(arn) }
        guard !moveTasks.contains(where: { $0.isRunning && $0.source === source }) else {
            throw .invalidParameter(
                "There is already a task running. Only one active task is allowed for a source "
                    + "queue arn at a given time.")
        }
        let perSecond = request.messagesPerSecond ?? MoveTask.maxPerSecond
        guard 1...MoveTask.maxPerSecond ~= perSecond else {
            throw .invalidParameter(
                "MaxNumberOfMessagesPerSecond", String(perSecond), "Must be between 1 and 500, if provided.")
        }
        source.passTime(clock.nowMs)
        let task = MoveTask(
            number: moveTasks.count + 1, source: source, destination: destination, perSecond: perSecond,
            startedAtMs: clock.nowMs)
        moveTasks.append(task)
        move(task, nowMs: clock.nowMs)
        var writer = JSONWriter()
        writer.object { $0.member("TaskHandle", Self.handle(of: task)) }
        return QueueAnswer(body: writer.take())
    }

    func listMessageMoveTasks(_ body: UnsafeRawBufferPointer) throws(Refusal) -> QueueAnswer {
        let request = try QueueRequest.parse(body)
        guard let sourceARN = request.sourceARN else { throw .missingParameter("SourceArn") }
        let source = try existing(sourceARN)
        for task in moveTasks { move(task, nowMs: clock.nowMs) }
        let tasks = moveTasks.filter { $0.source === source }.suffix(min(max(request.maxResults ?? 1, 1), 10))
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("Results") { writer in
                for task in tasks.reversed() { writer.object { Self.write(task, to: &$0) } }
            }
        }
        return QueueAnswer(body: writer.take())
    }

    /// Moves what the task's rate allows by now.
    func move(_ task: MoveTask, nowMs: Int64) {
        guard task.isRunning else { return }
        let messages = task.source.takeOldest(atMost: max(task.allowance(nowMs: nowMs), 0))
        for message in messages {
            let target = task.destination ?? message.deadLetterSource.flatMap { queue(arn: $0) }
            // One whose queue is gone stays where it is, behind the others.
            (target ?? task.source).takeOver(message, from: nil, nowMs: nowMs)
            target.map(serve)
        }
        task.moved += messages.count
        if task.moved >= task.toMove || task.source.waitingCount == 0 { task.isRunning = false }
    }

    private func existing(_ arn: Text) throws(Refusal) -> FIFOQueue {
        guard let queue = queue(arn: arn) else {
            throw .queue(
                "ResourceNotFoundException",
                "The resource that you specified for the SourceArn parameter "
                    + "doesn't exist.")
        }
        return queue
    }

    private static func handle(of task: MoveTask) -> String { "move-task-\(task.number)" }

    private static func write(_ task: MoveTask, to writer: inout JSONWriter) {
        if task.isRunning { writer.member("TaskHandle", handle(of: task)) }
        writer.member("Status", task.isRunning ? "RUNNING" : "COMPLETED")
        writer.member("SourceArn", task.source.arn.string)
        if let destination = task.destination { writer.member("DestinationArn", destination.arn.string) }
        writer.member("MaxNumberOfMessagesPerSecond", task.perSecond)
        writer.member("ApproximateNumberOfMessagesMoved", task.moved)
        writer.member("ApproximateNumberOfMessagesToMove", task.toMove)
        writer.member("StartedTimestamp", task.startedAtMs)
    }
}
