import JSON
import Ticketing

/// `ticket orders …`: what was sold to whom.
enum OrderCommands {
    static let all = [
        list, show, OrderTicketsCommand.command, OrderVerifyCommand.verify, OrderVerifyCommand.publicKey,
    ]

    private static let list = Command(
        "orders list", summary: "Lists orders by number, a page at a time.",
        options: [
            CommandOption("--event", "EVENT", "Only orders of this event."),
            CommandOption("--limit", "N", "How many a page has; 50, at most 10000."),
            CommandOption(
                "--after", "NUMBER", "The page behind this order; each page says how to get the next."),
        ]
    ) { run async throws(CommandFailure) in
        try run.arguments.noOperands()
        let event = try run.event()
        let limit = try run.arguments.number("--limit", in: 1...10_000, default: 50)
        let after = try run.arguments.value("--after").map { text throws(CommandFailure) in try number(text) }
        let stores = try run.existingStores()
        defer { stores.close() }
        // One more than asked for tells whether there is another page.
        var orders = try await asking { () throws(PortError) in
            try await stores.orders.orders(of: event, after: after, limit: limit + 1)
        }
        let hasMore = orders.count > limit
        if hasMore { orders.removeLast() }
        let next = hasMore ? orders.last?.number.text : nil
        run.console.table(
            ["NUMBER", "PLACED", "EVENT", "BUYER", "AMOUNT", "SEATS"],
            orders.map { order in
                [
                    order.number.text, order.placedAt.text, order.event.text, order.buyer.text,
                    "\(order.amount)",
                    order.tickets.map(\.seat.text).joined(separator: " "),
                ]
            })
        if let next { run.console.say("There are more: --after \(next)") }
        if orders.isEmpty { run.console.say("There is no order\(after == nil ? "" : " behind that one").") }
        run.console.json { writer in
            writer.array("orders") { writer in
                for order in orders { writer.object { order.write(to: &$0) } }
            }
            writer.member("next", next)
        }
    }

    private static let show = Command(
        "orders show", "NUMBER", summary: "Shows one order with its tickets."
    ) { run async throws(CommandFailure) in
        let wanted = try number(try run.arguments.operand("order number"))
        let stores = try run.existingStores()
        defer { stores.close() }
        let found = try await asking { () throws(PortError) in try await stores.orders.order(wanted) }
        guard let order = found else { throw .noInput("there is no order \(wanted)") }
        run.console.say("Order    \(order.number)")
        run.console.say("Placed   \(order.placedAt)")
        run.console.say("Event    \(order.event)")
        run.console.say("Buyer    \(order.buyer)")
        run.console.say("Intent   \(order.intent)")
        run.console.say("Payment  \(order.paymentReference)")
        run.console.say("Amount   \(order.amount), in minor units")
        run.console.say()
        run.console.table(
            ["SEAT", "PRICE", "TICKET CODE"],
            order.tickets.map { [$0.seat.text, "\($0.price)", $0.code.text] })
        run.console.json { order.write(to: &$0) }
    }

    static func number(_ text: String) throws(CommandFailure) -> OrderNumber {
        do throws(InvalidValue) {
            // As it is read out on the telephone, in whatever case.
            return try OrderNumber(text.uppercased())
        } catch {
            throw CommandFailure(error)
        }
    }
}

extension Order {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("number", number.text)
        writer.member("placedAt", placedAt.text)
        writer.member("event", event.text)
        writer.member("buyer", buyer.text)
        writer.member("intent", intent.text)
        writer.member("paymentReference", paymentReference)
        writer.object("amount") { amount.write(to: &$0) }
        writer.array("tickets") { writer in
            for ticket in tickets {
                writer.object { writer in
                    writer.member("seat", ticket.seat.text)
                    writer.object("price") { ticket.price.write(to: &$0) }
                    writer.member("code", ticket.code.text)
                }
            }
        }
    }
}

extension Money {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("value", minorUnits)
        writer.member("currency", "\(currency)")
    }
}
