import JSON
import Ticketing

/// `ticket orders tickets`: what the buyer of an order brings to the door.
enum OrderTicketsCommand {
    static let command = Command(
        "orders tickets", "NUMBER",
        summary: "Shows an order's tickets, and draws them for printing or sending.",
        details: """
            With --svg each ticket becomes an image with its QR code, the event, the seat and the order's number, readable
            for this user alone: whoever has the code comes in. The same order always makes the same files.
            """,
        options: [
            CommandOption("--svg", "DIR", "The directory to write NUMBER-SEAT.svg to; it is made if need be.")
        ]
    ) { run async throws(CommandFailure) in
        let wanted = try OrderCommands.number(try run.arguments.operand("order number"))
        let stores = try run.existingStores()
        defer { stores.close() }
        let found = try await asking { () throws(PortError) in try await stores.orders.order(wanted) }
        guard let order = found else { throw .noInput("there is no order \(wanted)") }
        let listing = try await asking { () throws(PortError) in
            try await stores.catalogue.listing(order.event)
        }
        let sheets = order.tickets.map { TicketSheet($0, of: order, in: listing) }
        let folder = try run.arguments.value("--svg").map { path throws(CommandFailure) in
            try TicketFolder(path)
        }
        let files = try sheets.map { sheet throws(CommandFailure) in try folder?.write(sheet) }
        run.console.table(
            ["SEAT", "PLACE", "TICKET CODE"],
            sheets.map { [$0.ticket.seat.text, $0.place, $0.ticket.code.text] })
        let written = files.compactMap { $0 }
        if !written.isEmpty { run.console.say() }
        for file in written { run.console.say("wrote \(file)") }
        run.console.json { writer in
            writer.member("number", order.number.text)
            writer.member("event", order.event.text)
            writer.array("tickets") { writer in
                for (sheet, file) in zip(sheets, files) {
                    writer.object { writer in
                        writer.member("seat", sheet.ticket.seat.text)
                        writer.member("place", sheet.place)
                        writer.member("code", sheet.ticket.code.text)
                        writer.member("svg", file)
                    }
                }
            }
        }
    }
}
