// The first file of Bootstrap: replaced by its rooms as they are built.
