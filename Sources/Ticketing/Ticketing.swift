// The first file of Ticketing: replaced by its rooms as they are built.
