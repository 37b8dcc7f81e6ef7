// The first file of SQLiteStore: replaced by its rooms as they are built.
