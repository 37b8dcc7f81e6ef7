/// One step of the schema. Steps are only ever added: a store out there has run the earlier ones.
struct Migration: Sendable {
    let version: Int64
    let statements: [String]

    static let all: [Migration] = [.first, .endedIntents]

    static var newestVersion: Int64 { all.last?.version ?? 0 }
}

extension Migration {
    /// Rows are kept small and, where possible, in the order of arrival: a commit writes whole pages, so what
    /// counts is how many different pages a purchase touches. See docs/decisions on the embedded store.
    static let first = Migration(
        version: 1,
        statements: [
            // MARK: Names, so that keys of large tables are numbers
            "CREATE TABLE event_names (no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE)",
            """
            CREATE TABLE section_names (
                no INTEGER PRIMARY KEY, event_no INTEGER NOT NULL REFERENCES event_names, id TEXT NOT NULL,
                UNIQUE (event_no, id))
            """,

            // MARK: Catalogue
            """
            CREATE TABLE listings (
                event_no INTEGER PRIMARY KEY REFERENCES event_names, map_hash TEXT NOT NULL,
                event BLOB NOT NULL, map BLOB NOT NULL)
            """,

            // MARK: Ledger
            // What changes of an intent, narrow, so that a group of claims rewrites two pages and not twenty.
            """
            CREATE TABLE intents (
                no INTEGER PRIMARY KEY, id BLOB NOT NULL, attempt BLOB NOT NULL, state INTEGER NOT NULL,
                created_at INTEGER NOT NULL, hold_expires_at INTEGER NOT NULL, queued_at INTEGER,
                ended_at INTEGER, order_number BLOB)
            """,
            "CREATE UNIQUE INDEX intents_by_id ON intents (id)",
            "CREATE INDEX intents_open ON intents (created_at) WHERE state < 2",
            // What never changes of it.
            "CREATE TABLE intent_bodies (no INTEGER PRIMARY KEY, body BLOB NOT NULL)",
            // A lock only says whose the seat is; in which state is told by the intent's own row.
            """
            CREATE TABLE seat_locks (
                section_no INTEGER NOT NULL, seat TEXT NOT NULL, intent_no INTEGER NOT NULL,
                PRIMARY KEY (section_no, seat)) WITHOUT ROWID
            """,
            """
            CREATE TABLE tallies (
                event_no INTEGER NOT NULL, buyer TEXT NOT NULL, intent_no INTEGER NOT NULL,
                seat_count INTEGER NOT NULL, PRIMARY KEY (event_no, buyer, intent_no)) WITHOUT ROWID
            """,

            // MARK: Queue
            // Numbers are never given twice: one that came back would make an old receipt good again.
            "CREATE TABLE message_counter (last_no INTEGER NOT NULL)",
            "INSERT INTO message_counter (last_no) VALUES (0)",
            """
            CREATE TABLE messages (
                no INTEGER PRIMARY KEY, queue_group BLOB NOT NULL, kind INTEGER NOT NULL,
                body TEXT, sent_at INTEGER NOT NULL, due_at INTEGER NOT NULL,
                receive_count INTEGER NOT NULL DEFAULT 0)
            """,
            "CREATE INDEX messages_due ON messages (due_at)",
            "CREATE INDEX messages_by_group ON messages (queue_group)",
            """
            CREATE TABLE dead_messages (
                no INTEGER PRIMARY KEY, queue_group BLOB NOT NULL, kind INTEGER NOT NULL, body TEXT,
                sent_at INTEGER NOT NULL, due_at INTEGER NOT NULL, receive_count INTEGER NOT NULL,
                take_count INTEGER NOT NULL DEFAULT 0)
            """,
            """
            CREATE TABLE deduplications (
                queue_group BLOB NOT NULL, id TEXT NOT NULL, first_at INTEGER NOT NULL,
                PRIMARY KEY (queue_group, id)) WITHOUT ROWID
            """,
            "CREATE INDEX deduplications_by_age ON deduplications (first_at)",

            // MARK: Orders
            """
            CREATE TABLE inbox (
                attempt_key BLOB PRIMARY KEY, outcome INTEGER NOT NULL, order_no INTEGER, reason TEXT
            ) WITHOUT ROWID
            """,
            "CREATE TABLE orders (no INTEGER PRIMARY KEY, event_no INTEGER NOT NULL, body BLOB NOT NULL)",
            """
            CREATE TABLE tickets (
                no INTEGER PRIMARY KEY, event_no INTEGER NOT NULL, seat TEXT NOT NULL,
                order_no INTEGER NOT NULL, body BLOB NOT NULL)
            """,
            // `no-double-sale`, the second wall.
            "CREATE UNIQUE INDEX tickets_live ON tickets (event_no, seat)",
            // Only for orders that cannot be found by the attempt: see OrderTables.
            """
            CREATE TABLE order_numbers (number BLOB PRIMARY KEY, order_no INTEGER NOT NULL) WITHOUT ROWID
            """,
            """
            CREATE TABLE order_intents (intent BLOB PRIMARY KEY, order_no INTEGER NOT NULL) WITHOUT ROWID
            """,

            // MARK: Failures
            """
            CREATE TABLE failures (
                key TEXT NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (key, kind)
            ) WITHOUT ROWID
            """,
            """
            CREATE TABLE dead_letters (
                key TEXT PRIMARY KEY, message_kind INTEGER NOT NULL, message TEXT NOT NULL, event TEXT,
                kind TEXT NOT NULL, reason TEXT NOT NULL, failure_count INTEGER NOT NULL,
                died_at INTEGER NOT NULL) WITHOUT ROWID
            """,
            "CREATE TABLE redrives (key TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID",

            // MARK: Records of the sandbox gateway
            """
            CREATE TABLE attempt_records (attempt BLOB PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID
            """,
        ])

    /// What the broom looks for. A sale pays nothing for it: confirmed intents are not in it.
    static let endedIntents = Migration(
        version: 2,
        statements: ["CREATE INDEX intents_ended ON intents (ended_at) WHERE state > 2"])
}
