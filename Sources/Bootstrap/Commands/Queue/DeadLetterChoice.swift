import Ticketing

/// Which dead letters an operator means: one by its id, or all that fit a reason and an event.
struct DeadLetterChoice: Sendable {
    static let options = [
        CommandOption("--id", "ID", "Only this one: an intent's id, as `ticket queue dead` shows it."),
        CommandOption(
            "--reason", "REASON",
            "Only those that died of it: \(FailureKind.allCases.map(\.rawValue).joined(separator: ", "))."),
        CommandOption("--event", "EVENT", "Only those of this event."),
    ]

    let key: String?
    let filter: DeadLetterFilter

    /// Letters are read in pages, so that a list of any length fits the memory.
    private static let pageSize = 500

    init(_ run: CommandRun) throws(CommandFailure) {
        key = run.arguments.value("--id")
        var kind: FailureKind?
        if let text = run.arguments.value("--reason") {
            kind = FailureKind(rawValue: text)
            guard kind != nil else {
                let known = FailureKind.allCases.map(\.rawValue)
                let nearest = NearestName.of(text, among: known).map { "did you mean \($0)?" }
                throw .usage(
                    "--reason=\(text) is not right: \(nearest ?? "there are \(known.joined(separator: ", "))")"
                )
            }
        }
        filter = DeadLetterFilter(event: try run.event(), kind: kind)
        guard key == nil || filter == .all else {
            throw .usage("--id names one letter: no other filter goes with it")
        }
    }

    var isEverything: Bool { key == nil && filter == .all }

    /// The next page behind `last`; empty at the end.
    func page(
        of letters: any DeadLetters, after last: String?, limit: Int = pageSize
    ) async throws(CommandFailure) -> [DeadLetter] {
        guard let key else {
            return try await asking { () throws(PortError) in
                try await letters.letters(filter, after: last, limit: limit)
            }
        }
        guard last == nil else { return [] }
        let letter = try await asking { () throws(PortError) in try await letters.letter(key) }
        guard let letter else { throw .noInput("there is no dead letter \(key)") }
        return [letter]
    }

    /// All of them. A list of keys stays small even for a night in which everything died.
    func keys(of letters: any DeadLetters) async throws(CommandFailure) -> [String] {
        var keys: [String] = []
        while true {
            let page = try await page(of: letters, after: keys.last)
            guard !page.isEmpty else { return keys }
            keys += page.map(\.key)
            guard key == nil else { return keys }
        }
    }
}
