import Telemetry

/// Of a moment that the test wrote itself.
func epochMs(_ text: String) -> Int64 { Timestamp.epochMs(parsing: text)! }
