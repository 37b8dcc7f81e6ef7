/// `ticket queue …`: what waits for the worker, and what it gave up.
enum QueueCommands {
    static let all = [
        QueueStatsCommand.command, QueueDeadCommand.command, QueueRedriveCommand.command,
        QueueAbandonCommand.command,
    ]
}
