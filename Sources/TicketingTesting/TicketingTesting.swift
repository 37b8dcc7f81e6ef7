// The first file of TicketingTesting: replaced by its rooms as they are built.
