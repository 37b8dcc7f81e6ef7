// The first file of Telemetry: replaced by its rooms as they are built.
