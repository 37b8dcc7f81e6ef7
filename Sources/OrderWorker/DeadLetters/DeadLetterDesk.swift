import JSON
import Telemetry
import Ticketing

/// Where an operator sees what workers have given up, and sends it back to work or ends it.
package struct DeadLetterDesk: Sendable {
    let ports: WorkerPorts
    static let pageSize = 100

    package init(ports: WorkerPorts) {
        self.ports = ports
    }

    /// By key; for the next page give the last key.
    package func list(
        _ filter: DeadLetterFilter, after key: String? = nil, limit: Int
    ) async throws(PortError) -> [DeadLetter] {
        try await ports.deadLetters.letters(filter, after: key, limit: limit)
    }

    /// Everything that is known about one letter; nil when there is none under this key.
    package func inspect(_ key: String) async throws(PortError) -> DeadLetterCase? {
        guard let letter = try await ports.deadLetters.letter(key) else { return nil }
        let counts = try await ports.deadLetters.failureCounts(of: key)
        var found = DeadLetterCase(letter: letter, failureCounts: counts)
        guard case .intent(let id) = letter.message, let intent = try await ports.ledger.intent(id) else {
            return found
        }
        found.intent = intent
        found.outcome = try await ports.orderBook.outcome(of: intent.attempt)
        found.order = try await ports.orderBook.order(for: id)
        return found
    }

    /// Calls the body with every letter that is meant, a page at a time.
    func forEachPage(
        of selection: DeadLetterSelection,
        _ body: ([DeadLetter]) async throws(PortError) -> Void
    ) async throws(PortError) {
        switch selection {
        case .keys(let keys):
            for page in keys.chunks(of: Self.pageSize) {
                try await body(try await letters(under: page))
            }
        case .matching(let filter):
            // Letters that die again while this goes on come back under the same key, behind the position:
            // each is met once.
            var position: String?
            while true {
                let page = try await ports.deadLetters.letters(
                    filter, after: position, limit: Self.pageSize)
                guard let last = page.last else { return }
                position = last.key
                try await body(page)
            }
        }
    }

    /// Those that are there.
    private func letters(under keys: ArraySlice<String>) async throws(PortError) -> [DeadLetter] {
        let deadLetters = ports.deadLetters
        let found = await SideBySide.results(of: keys) { key async throws(PortError) in
            try await deadLetters.letter(key)
        }
        var letters: [DeadLetter] = []
        for result in found {
            if let letter = try result.get() { letters.append(letter) }
        }
        return letters
    }
}

/// Which letters an operator means.
package enum DeadLetterSelection: Hashable, Sendable {
    case keys([String])
    /// By event and reason; `.all` for every one.
    case matching(DeadLetterFilter)
}

/// A letter with what the stores say about its intent.
package struct DeadLetterCase: Hashable, Sendable {
    package let letter: DeadLetter
    package let failureCounts: [FailureKind: Int]
    package var intent: PaymentIntent?
    /// When it is `confirmed`, only a redrive helps.
    package var outcome: Outcome?
    package var order: Order?
}
