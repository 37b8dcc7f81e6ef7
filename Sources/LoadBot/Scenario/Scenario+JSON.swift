import JSON

extension Scenario {
    /// The whole of it as a file that reads back as the same.
    package var json: [UInt8] {
        var writer = JSONWriter(capacity: 2_048)
        writer.object { write(to: &$0) }
        return writer.bytes
    }

    func write(to writer: inout JSONWriter) {
        writer.member("name", name)
        writer.array("events") { writer in for event in events { writer.element(event) } }
        writer.member("seed", seed)
        writer.member("arrivals", arrivals.rawValue)
        writer.member("peakPerSecond", peakPerSecond)
        writer.member("timeScale", timeScale)
        writer.array("steps") { writer in
            for step in steps {
                writer.object { writer in
                    writer.member("name", step.name)
                    writer.member("percent", step.percent)
                    writer.member("seconds", step.seconds)
                }
            }
        }
        writer.object("mix") { writer in
            writer.member("public", mix.publicShare)
            writer.member("confirm", mix.confirmShare)
            writer.member("queue", mix.queueShare)
            writer.member("event", mix.event)
            writer.member("map", mix.map)
            writer.member("availability", mix.availability)
            writer.member("seats", mix.seats)
        }
        writer.object("purchases") { writer in
            writer.member("choice", purchases.choice.rawValue)
            writer.member("seatsTaken", purchases.seatsTaken)
            writer.member("seatsPerIntent", purchases.seatsPerIntent)
            writer.member("repeatPercent", purchases.repeatPercent)
            writer.member("conflictPercent", purchases.conflictPercent)
            writer.member("cancelPercent", purchases.cancelPercent)
            writer.member("hotSeatPercent", purchases.hotSeatPercent)
            writer.member("hotSeats", purchases.hotSeats)
            writer.member("thinkMs", purchases.thinkMs)
            writer.member("paymentToken", purchases.paymentToken)
        }
        writer.member("buyers", buyers)
        writer.member("connections", connections)
        writer.member("timeoutMs", timeoutMs)
        writer.object("stop") { writer in
            writer.member("heldPercent", stop.heldPercent)
            writer.member("notHeldSeconds", stop.notHeldSeconds)
            writer.member("p95Ms", stop.p95Ms)
            writer.member("p95Seconds", stop.p95Seconds)
            writer.member("failedPercent", stop.failedPercent)
            writer.member("failedSeconds", stop.failedSeconds)
            writer.member("recoverySeconds", stop.recoverySeconds)
        }
        writer.object("verdict") { writer in
            writer.member("settleSeconds", verdict.settleSeconds)
            writer.member("toleranceMs", verdict.toleranceMs)
            writer.member("maxStalenessMs", verdict.maxStalenessMs)
        }
        writer.member("maxLatenessMs", maxLatenessMs)
    }
}
