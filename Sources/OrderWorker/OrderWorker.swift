// The first file of OrderWorker: replaced by its rooms as they are built.
