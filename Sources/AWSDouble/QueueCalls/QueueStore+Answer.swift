/// From the operation to what does it. A receive may have to wait and is asked for by itself.
extension QueueStore {
    func answer(
        _ operation: Operation, _ body: UnsafeRawBufferPointer, host: String, leavesOut: Bool = false
    ) throws(Refusal) -> QueueAnswer {
        switch operation {
        case .sendMessage: try sendMessage(body)
        case .sendMessageBatch: try sendMessageBatch(body, leavesOut: leavesOut)
        case .deleteMessage: try deleteMessage(body)
        case .deleteMessageBatch: try deleteMessageBatch(body, leavesOut: leavesOut)
        case .changeMessageVisibility: try changeMessageVisibility(body)
        case .changeMessageVisibilityBatch: try changeMessageVisibilityBatch(body, leavesOut: leavesOut)
        case .createQueue: try createQueue(body, host: host)
        case .getQueueURL: try getQueueURL(body, host: host)
        case .listQueues: try listQueues(body, host: host)
        case .deleteQueue: try deleteQueue(body)
        case .purgeQueue: try purgeQueue(body)
        case .getQueueAttributes: try getQueueAttributes(body)
        case .setQueueAttributes: try setQueueAttributes(body)
        case .startMessageMoveTask: try startMessageMoveTask(body)
        case .listMessageMoveTasks: try listMessageMoveTasks(body)
        default: throw Refusal("UnknownOperationException", "", origin: .gate)
        }
    }
}
