import JSON
import Telemetry
import Ticketing

/// What can be read again from its source.
protocol SourceReader: AnyObject {
    /// Reads the source and takes the result over. It reports what it takes over to its refresher.
    func readSource() async throws(PortError)
}

/// Keeps one reading of a source young: one read at a time however many ask, each with a deadline, and none
/// too soon after a failure. A read belongs to no request, so a client that goes away takes nobody's answer
/// with it.
final class Refresher {
    /// Counts up when what was read is different from before: answers made earlier are then outdated.
    private(set) var generation = 0
    private(set) var freshness: Freshness
    let name: StaticString
    private let surroundings: Surroundings
    private weak var reader: (any SourceReader)?
    private let flight = Flight()
    private var reading: Task<Void, Never>?
    private var deadline: Task<Void, Never>?
    private var readingNumber = 0
    private var runningReadings = 0
    /// Nobody waits for it any more, but it may still bring something.
    private var isOverdue = false
    private(set) var slots: [AnswerSlot] = []

    /// Readings that were given up and still run. With so many the source is left alone until one ends.
    private static let maxRunningReadings = 4

    init(_ name: StaticString, surroundings: Surroundings, reader: (any SourceReader)? = nil) {
        self.name = name
        self.surroundings = surroundings
        self.reader = reader
        freshness = Freshness(ttlMs: surroundings.settings.cacheTTLMs)
    }

    func attach(_ reader: any SourceReader) { self.reader = reader }

    var asOf: Timestamp? { freshness.asOf }

    // MARK: For requests

    /// Begins a read when one is due. Never waits.
    func nudge(now: Timestamp) {
        guard freshness.verdict(now: now) == .serveAndRefresh else { return }
        begin()
    }

    /// Makes sure that what was read may be shown, waiting for the source when it must.
    func settle() async throws(PortError) {
        if freshness.verdict(now: surroundings.clock.now()) == .refreshFirst { await refresh() }
        switch freshness.verdict(now: surroundings.clock.now()) {
        case .serve: return
        case .serveAndRefresh: begin()
        case .refreshFirst, .refuse: throw PortError(.unavailable, "\(name) cannot be read at the moment")
        }
    }

    /// Reads again and waits for the end of it, well or not; joins a read that is under way.
    func refresh() async {
        if !flight.isUnderWay { begin() }
        await flight.join()
    }

    var waiterCount: Int { flight.waiterCount }

    // MARK: For the reader

    func adopted(_ asOf: Timestamp, isChanged: Bool) {
        freshness.adopted(asOf)
        guard isChanged else { return }
        generation += 1
        for slot in slots { slot.renew() }
    }

    // MARK: For the answers made from it

    func add(_ slot: AnswerSlot) { slots.append(slot) }

    func remove(_ slot: AnswerSlot) { slots.removeAll { $0 === slot } }

    // MARK: A reading

    private func begin() {
        // A source that is slow gets no faster by being asked twice.
        guard !flight.isUnderWay, !isOverdue, let reader else { return }
        guard runningReadings < Self.maxRunningReadings else {
            return freshness.failed(now: surroundings.clock.now(), jitter: surroundings.jitter)
        }
        flight.begin()
        freshness.began()
        readingNumber += 1
        runningReadings += 1
        let number = readingNumber
        let source = LoopConfined(reader)
        // The refresh is a trace of its own and not part of the request that happened to need it: others wait too.
        let span = surroundings.tracer?.begin()
        span?.note("refresh", name.description)
        reading = surroundings.start(self) { refresher in
            await Span.$current.withValue(span) { await refresher.value.read(source.value, number, span) }
        }
        let settings = surroundings.settings
        let clock = surroundings.clock
        let isSomethingShown = freshness.isUsable(now: clock.now())
        let deadlineMs = isSomethingShown ? settings.refreshDeadlineMs : settings.firstReadDeadlineMs
        deadline = surroundings.start(self) { refresher in
            guard (try? await clock.sleep(ms: deadlineMs)) != nil else { return }
            refresher.value.becameOverdue(number)
            guard (try? await clock.sleep(ms: settings.abandonAfterMs - deadlineMs)) != nil else { return }
            refresher.value.abandon(number)
        }
    }

    private func read(_ reader: any SourceReader, _ number: Int, _ span: Span?) async {
        let beganAt = surroundings.clock.now()
        do throws(PortError) {
            try await reader.readSource()
            span?.end(.done)
            ended(number, nil)
        } catch {
            span?.end(.failed(error.description))
            ended(number, error)
        }
        let tookMs = surroundings.clock.now().ms(since: beganAt)
        surroundings.counts.refreshDuration.observe(nanoseconds: UInt64(max(0, tookMs)) * 1_000_000)
    }

    private func ended(_ number: Int, _ error: PortError?) {
        runningReadings -= 1
        guard number == readingNumber else { return }
        deadline?.cancel()
        isOverdue = false
        if flight.isUnderWay { return conclude(error) }
        if error == nil { freshness.answeredLate() }
    }

    /// Those who wait are sent on their way with what there is. The reading goes on: a source that is slow and
    /// not dead must get through in the end, or what is shown would never be young again.
    private func becameOverdue(_ number: Int) {
        guard number == readingNumber, flight.isUnderWay else { return }
        isOverdue = true
        conclude(PortError(.unavailable, "the source did not answer in time"))
    }

    private func abandon(_ number: Int) {
        guard number == readingNumber, isOverdue else { return }
        reading?.cancel()
        isOverdue = false
    }

    private func conclude(_ error: PortError?) {
        if let error {
            freshness.failed(now: surroundings.clock.now(), jitter: surroundings.jitter)
            surroundings.counts.failedRefreshes.add()
            surroundings.logger.warning("cannot refresh") { line in
                line.member("source", name)
                line.member("failures", freshness.failures)
                line.member("reason", error.description)
            }
        } else {
            freshness.succeeded()
            surroundings.counts.refreshes.add()
        }
        flight.end()
    }
}
