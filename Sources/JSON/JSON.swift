// The first file of JSON: replaced by its rooms as they are built.
