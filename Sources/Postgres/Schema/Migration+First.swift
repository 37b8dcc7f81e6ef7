extension Migration {
    /// Ids and names are compared byte by byte (`COLLATE "C"`), as the domain compares them.
    ///
    /// Keys that arrive in no order are what an insert costs, so there is one index for each question that must be
    /// quick, and no foreign key between rows that one statement writes together.
    static let first = Migration(
        version: 1, name: "catalogue, inbox, orders, tickets and the books of the sandbox",
        statements: [
            // MARK: Catalogue
            """
            CREATE TABLE events (
                id text COLLATE "C" PRIMARY KEY, name text NOT NULL, venue text NOT NULL,
                currency text NOT NULL, opens_at timestamptz NOT NULL, closes_at timestamptz NOT NULL,
                seats_per_intent bigint NOT NULL, seats_per_buyer bigint NOT NULL,
                hold_seconds bigint NOT NULL, map_hash text NOT NULL)
            """,
            """
            CREATE TABLE prices (
                event_id text COLLATE "C" NOT NULL REFERENCES events, position bigint NOT NULL,
                name text NOT NULL, minor_units bigint NOT NULL, currency text NOT NULL,
                PRIMARY KEY (event_id, position))
            """,
            """
            CREATE TABLE sections (
                event_id text COLLATE "C" NOT NULL REFERENCES events, position bigint NOT NULL,
                id text COLLATE "C" NOT NULL, name text NOT NULL, seat_count bigint NOT NULL,
                PRIMARY KEY (event_id, position))
            """,
            // In map order, which is what `position` counts.
            """
            CREATE TABLE seats (
                event_id text COLLATE "C" NOT NULL, position bigint NOT NULL, id text COLLATE "C" NOT NULL,
                section_id text COLLATE "C" NOT NULL, row_name text NOT NULL, number text NOT NULL,
                price_name text NOT NULL, is_accessible boolean NOT NULL, is_blocked boolean NOT NULL,
                x bigint NOT NULL, y bigint NOT NULL, PRIMARY KEY (event_id, position))
            """,

            // MARK: Decisions
            // The first row of an attempt is how it ends. It is written in the statement that writes the order.
            """
            CREATE TABLE inbox (
                attempt uuid PRIMARY KEY, outcome text NOT NULL, reason text,
                decided_at timestamptz NOT NULL DEFAULT now())
            """,
            // `seats`, in the buyer's order and separated by spaces, lead to the tickets by their key: a second
            // index over all tickets would cost a random page with every sale.
            """
            CREATE TABLE orders (
                number text COLLATE "C" PRIMARY KEY, intent text COLLATE "C" NOT NULL,
                event_id text COLLATE "C" NOT NULL, buyer text NOT NULL, minor_units bigint NOT NULL,
                currency text NOT NULL, payment_reference text NOT NULL, placed_at timestamptz NOT NULL,
                seats text NOT NULL)
            """,
            "CREATE INDEX orders_by_intent ON orders (intent)",
            // The wall against a second sale. Every row is a live ticket.
            """
            CREATE TABLE tickets (
                event_id text COLLATE "C" NOT NULL, seat_id text COLLATE "C" NOT NULL,
                section_id text COLLATE "C" NOT NULL, order_number text COLLATE "C" NOT NULL,
                code text NOT NULL, minor_units bigint NOT NULL, currency text NOT NULL,
                CONSTRAINT one_live_ticket_a_seat UNIQUE (event_id, seat_id))
            """,

            // MARK: The books of the sandbox gateway
            // Where the orders are; whoever is paid for real has none.
            "CREATE TABLE attempt_records (attempt uuid PRIMARY KEY, record text NOT NULL)",
        ])
}
