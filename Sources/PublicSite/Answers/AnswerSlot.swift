import HTTP
import Telemetry
import Ticketing

/// The place of one answer: the bytes that are ready now, and how to make the next.
///
/// When what it is made from changes, the old answer goes on being served until the new one is ready, as long
/// as it is young enough. A body is made once per version and coding, however many ask.
final class AnswerSlot {
    /// The target it answers, as it goes on the wire.
    let key: [UInt8]
    let refresher: Refresher
    private let recipe: AnswerRecipe
    private let surroundings: Surroundings
    private weak var table: AnswerTable?
    private let flight = Flight()
    private var answer: Answer?
    /// Codings somebody has asked for: the next version is made in them ahead.
    private var wanted: Set<ContentCoding> = []
    /// Asked for since the last version, or since the table last looked for room.
    var wasUsed = true
    private(set) var isGone = false

    private struct Answer {
        var generation: Int
        /// When that generation was last seen to be true; follows the refresher's while it is the same.
        var asOf: Timestamp
        let body: [UInt8]
        /// By the coding that was asked for; the same one twice when packing does not help.
        var representations: InlineArray<3, Representation?> = InlineArray(repeating: nil)
    }

    init(
        _ key: [UInt8], refresher: Refresher, recipe: AnswerRecipe, surroundings: Surroundings,
        table: AnswerTable
    ) {
        self.key = key
        self.refresher = refresher
        self.recipe = recipe
        self.surroundings = surroundings
        self.table = table
        refresher.add(self)
    }

    private(set) var byteCount = 0

    /// Whether the answer that stands here was made from the last reading.
    var isCurrent: Bool { answer?.generation == refresher.generation }

    // MARK: At once

    /// The ready answer, when there is one that may be shown now.
    func readyAnswer(to request: borrowing Request) -> ReadyAnswer? {
        guard answer != nil else { return nil }
        let now = surroundings.clock.now()
        let isCurrent = isCurrent
        if isCurrent, let asOf = refresher.asOf { answer!.asOf = asOf }
        let asOf = answer!.asOf
        switch refresher.freshness.verdict(for: asOf, now: now) {
        case .serve: break
        case .serveAndRefresh: refresher.nudge(now: now)
        case .refreshFirst, .refuse: return nil
        }
        let coding = surroundings.codings.choice(request.header("accept-encoding"))
        guard let representation = answer!.representations[coding.rawValue] else { return nil }
        wasUsed = true
        if !isCurrent { renewInBackground() }
        return representation.answer(to: request, asOf: asOf, now: now)
    }

    // MARK: After some work

    /// Waits for the source and makes what is missing.
    func madeAnswer(to request: borrowing Request) async throws(Problem) -> ReadyAnswer {
        let coding = surroundings.codings.choice(request.header("accept-encoding"))
        wanted.insert(coding)
        // A second round is for whoever joined work that was begun for another version or coding; more of them
        // only come when the source changes faster than a body is made.
        for _ in 0..<Self.maxRounds {
            if let ready = readyAnswer(to: request) { return ready }
            try await settle()
            if flight.isUnderWay { await flight.join() } else { try await make() }
        }
        throw .unavailable("What you ask for changes faster than it can be shown; ask again.")
    }

    private static let maxRounds = 4

    private func settle() async throws(Problem) {
        do throws(PortError) {
            if refresher.freshness.verdict(now: surroundings.clock.now()) == .refreshFirst {
                surroundings.counts.waits.add()
            }
            try await refresher.settle()
        } catch {
            throw .sourceUnavailable
        }
    }

    // MARK: When the source has changed

    /// What was asked for lately is made at once; the rest when somebody asks.
    func renew() {
        guard answer != nil else { return }
        guard wasUsed else { return dropWhenTooOld() }
        renewInBackground()
        wasUsed = false
    }

    /// During a sale each version has an answer about what changed since the one before; kept until the table is full,
    /// these were most of what the process held after an hour.
    private func dropWhenTooOld() {
        guard let answer, !flight.isUnderWay else { return }
        switch refresher.freshness.verdict(for: answer.asOf, now: surroundings.clock.now()) {
        case .serve, .serveAndRefresh: return
        case .refreshFirst, .refuse: break
        }
        self.answer = nil
        count()
    }

    private func renewInBackground() {
        guard !flight.isUnderWay, !isGone else { return }
        _ = surroundings.start(self) { slot in
            guard !slot.value.flight.isUnderWay else { return }
            // Gone is the only way to fail, and then the slot is gone too.
            try? await slot.value.make()
        }
    }

    /// Takes it out of everything that holds it.
    func discard() {
        isGone = true
        refresher.remove(self)
    }

    // MARK: Making

    private func make() async throws(Problem) {
        flight.begin()
        defer { flight.end() }
        let generation = refresher.generation
        guard let asOf = refresher.asOf else { return }
        do throws(Problem) {
            if answer?.generation != generation {
                let body = try await recipe.body()
                if answer?.body == body {
                    // Something else has changed.
                    answer?.generation = generation
                    answer?.asOf = asOf
                    return
                }
                surroundings.counts.madeAnswers.add()
                var renewed = Answer(generation: generation, asOf: asOf, body: body)
                // All codings are ready before any is shown: the next request for one must not find it missing.
                for coding in wanted {
                    renewed.representations[coding.rawValue] = await made(coding, renewed)
                }
                answer = renewed
            } else if let current = answer {
                var completed = current
                for coding in wanted where completed.representations[coding.rawValue] == nil {
                    completed.representations[coding.rawValue] = await made(coding, completed)
                }
                answer = completed
            }
        } catch {
            table?.remove(self)
            throw error
        }
        count()
    }

    private func made(_ coding: ContentCoding, _ answer: Answer) async -> Representation {
        if coding != .identity, answer.body.count > ContentCoding.smallestBytes,
            let packed = await recipe.encoded(answer.body, coding)
        {
            return await representation(packed, coding, answer.asOf)
        }
        if let plain = answer.representations[ContentCoding.identity.rawValue] { return plain }
        return await representation(answer.body, .identity, answer.asOf)
    }

    private func representation(
        _ body: [UInt8], _ coding: ContentCoding, _ asOf: Timestamp
    ) async -> Representation {
        let tag = await surroundings.workshop.run(isSmall: body.count < Workshop.smallestHashedBytes) {
            EntityTag(of: body, coding)
        }
        return Representation(
            body, coding, tag: tag, cacheControl: recipe.cacheControl, asOf: asOf,
            now: surroundings.clock.now())
    }

    private func count() {
        guard !isGone, !recipe.isShared else { return }
        var bytes = answer?.body.count ?? 0
        for coding in ContentCoding.allCases where coding != .identity {
            bytes += answer?.representations[coding.rawValue]?.body.count ?? 0
        }
        let grown = bytes - byteCount
        byteCount = bytes
        table?.slotGrew(by: grown)
    }
}
