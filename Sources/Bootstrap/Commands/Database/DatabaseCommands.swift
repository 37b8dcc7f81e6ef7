/// `ticket db …`
enum DatabaseCommands {
    static let all = [
        Command(
            "db init", summary: "Brings the PostgreSQL of orders and catalogue to this program's schema.",
            details: """
                Applies the numbered migrations that are missing, each once, all of them in one transaction. It is safe to repeat,
                and from several places at once: the others wait for the first. TICKET_ORDERS and TICKET_CATALOGUE say where;
                TICKET_ORDERS alone is enough when both are one database.
                The password is read from one of: the URL; PGPASSWORD (and PGUSER); TICKET_ORDERS_SECRET, a password or the JSON that
                AWS Secrets Manager keeps for a database; TICKET_ORDERS_SECRET_FILE, a file with either.
                It ends with 65 when the database has a migration that this program does not know, or another one under its number.
                """,
            options: [
                CommandOption("--dry-run", nil, "Says what is missing and applies nothing.")
            ]
        ) { run async throws(CommandFailure) in
            try await DatabaseInit(run).perform()
        }
    ]
}
