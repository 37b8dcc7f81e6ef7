import Cryptography
import JSON
import OrderWorker
import Ticketing

/// `ticket orders verify` and `public-key`: the door's side of a ticket, without a store or a network.
enum OrderVerifyCommand {
    static let verify = Command(
        "orders verify", "CODE",
        summary: "Says whether a ticket's code is one of ours, for which seat and order.",
        details: """
            It asks no store: the code is signed, and the public key is enough. It says that we sold the seat, not that
            nobody has come in with it before. It ends with 1 when the code is not good for this event.
            """,
        options: [
            CommandOption("--event", "EVENT", "At whose door it is shown; a code is good for one event."),
            CommandOption(
                "--public-key", "KEY", "What `orders public-key` printed; else the key in the data directory."
            ),
        ]
    ) { run async throws(CommandFailure) in
        let code = try run.arguments.operand("ticket code")
        guard let event = try run.event() else {
            throw .usage("--event says at whose door the code is shown; give it")
        }
        let admission = try admission(of: code, to: event, key: try publicKey(run))
        run.console.json { writer in
            writer.member("valid", admission != nil)
            writer.member("event", event.text)
            writer.member("seat", admission?.seat.text)
            writer.member("order", admission?.order.text)
        }
        guard let admission else { throw .finding("this is no ticket of ours for event \(event)") }
        run.console.say("Good for event \(event), seat \(admission.seat), order \(admission.order).")
    }

    static let publicKey = Command(
        "orders public-key", summary: "Prints the key that scanners check tickets with; it is no secret."
    ) { run async throws(CommandFailure) in
        try run.arguments.noOperands()
        let key = Base64.url.encode(try keptPublicKey(run))
        run.console.say(key)
        run.console.json { $0.member("publicKey", key) }
    }

    private static func admission(
        of code: String, to event: EventID, key: [UInt8]
    ) throws(CommandFailure) -> TicketScanner.Admission? {
        do throws(InvalidValue) {
            var scanner = try TicketScanner(event: event, publicKey: key)
            return scanner.admission(code)
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func publicKey(_ run: CommandRun) throws(CommandFailure) -> [UInt8] {
        guard let text = run.arguments.value("--public-key") else { return try keptPublicKey(run) }
        guard let key = Base64.url.decode(text) else {
            throw .usage("--public-key is not right: it must be what `ticket orders public-key` printed")
        }
        return key
    }

    private static func keptPublicKey(_ run: CommandRun) throws(CommandFailure) -> [UInt8] {
        let directory = run.configuration.dataDirectory
        let seed: [UInt8]?
        do throws(StartFailure) {
            seed = try TicketKeySeed.existing(dataDirectory: directory)
        } catch {
            throw .unavailable(error.message)
        }
        guard let seed else {
            throw .noInput(
                "there is no ticket key in \(directory): the worker makes it; --data says where, --public-key gives one"
            )
        }
        do throws(InvalidValue) {
            return try TicketCodes(seed: seed).publicKey
        } catch {
            throw CommandFailure(error)
        }
    }
}
