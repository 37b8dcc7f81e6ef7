// The first file of HTTP: replaced by its rooms as they are built.
