/// `ticket ledger …`: for the day on which the ledger was lost.
enum LedgerCommands {
    static let all = [
        Command(
            "ledger rebuild", "EVENT",
            summary: "Writes the seats that an event's orders sold back into the ledger.",
            details: """
                For a ledger that was lost or restored to an earlier moment. What orders say is sold is sold again; what is there
                already stays. It is safe to repeat, and changes neither orders nor payments.
                The workers must be stopped and the sale closed: a worker that meets a half-written intent would charge it again.
                What orders do not hold is not brought back: open intents, and the keys of purchases. A buyer who repeats an old
                request with its old key gets 422, and not the first answer.
                It ends with 1 when an order could not be written back; each is named with the reason.
                """,
            options: [
                CommandOption(
                    "--workers-stopped", nil,
                    "Says that you have stopped them; nothing is written without it."),
                CommandOption("--dry-run", nil, "Says what is missing and writes nothing."),
            ]
        ) { run async throws(CommandFailure) in try await LedgerRebuild.run(run) }
    ]
}
