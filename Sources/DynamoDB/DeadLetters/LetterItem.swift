import JSON
import Ticketing

/// A dead letter as an item. All stand under a few partition keys, by their own: they are listed in order. What is left
/// of a letter that was removed is the count of its redrives, without `kd`.
enum LetterItem {
    /// How long the count of redrives is remembered after a letter is gone.
    static let rememberedSeconds: Int64 = 30 * 86_400

    static func letter(in item: Item) throws(PortError) -> DeadLetter {
        let key = try item.text("sk")
        let kind = try item.text("kd")
        let text = try item.text("tx")
        let form = try item.text("fm")
        let event = try item.optionalText("ev")
        let reason = try item.text("re")
        let failureCount = try item.count("fc")
        let diedAt = try item.moment("da")
        let redriveCount = try item.count("rc")
        guard let kind = FailureKind(rawValue: kind) else { throw item.corrupt("has an unknown kind") }
        return try item.valid { () throws(InvalidValue) in
            DeadLetter(
                key: key, message: try message(form, text),
                event: event == nil ? nil : try EventID(event ?? ""), kind: kind, reason: reason,
                failureCount: failureCount, diedAt: diedAt, redriveCount: redriveCount)
        }
    }

    private static func message(_ form: String, _ text: String) throws(InvalidValue) -> OrderMessage {
        switch form {
        case "intent": .intent(try IntentID(text))
        case "probe": .probe(text)
        case "unreadable": .unreadable(text)
        default: throw InvalidValue(.unknown, field: "message", message: "must be of a known form")
        }
    }

    static func parts(of message: OrderMessage) -> (form: StaticString, text: String) {
        switch message {
        case .intent(let id): ("intent", id.text)
        case .probe(let text): ("probe", text)
        case .unreadable(let text): ("unreadable", text)
        }
    }
}
