import Testing
import Ticketing

/// Remembers how each intent ended and complains when one ends differently later.
struct IntentHistory {
    private var ended: [IntentID: PaymentIntent] = [:]

    mutating func check(_ inventory: Inventory) throws {
        for intent in inventory.allIntents where intent.state.isFinal {
            guard let earlier = ended[intent.id] else {
                ended[intent.id] = intent
                continue
            }
            try #require(earlier == intent, "an ended intent changed")
        }
    }
}
