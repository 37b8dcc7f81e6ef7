import Synchronization

/// One piece of work that is traced: a request that is served, a message that is worked on, a refresh. It exists
/// only when it is sampled; everything else has none, and costs nothing.
package final class Span: Sendable {
    /// The work that the running task belongs to. Tasks that it starts inherit it.
    @TaskLocal package static var current: Span?

    /// A call to something outside, within the work.
    struct Call: Sendable {
        let id: UInt64
        /// Whom is asked: a node of its own on the map.
        let target: StaticString
        let operation: StaticString
        let beganUs: Int64
        let endedUs: Int64
        let failure: String?
    }

    struct State: Sendable {
        var calls: [Call] = []
        var leftOut = 0
        var notes: [(name: StaticString, text: String)] = []
        var hasEnded = false
    }

    /// More calls than a segment should hold, and than any work of ours makes.
    static let maxCalls = 64
    private static let maxNotes = 16
    private static let maxTextLength = 200

    /// What is passed on to others, so that their work is found below this.
    package let context: TraceContext
    let parentSpanID: UInt64
    let beganUs: Int64
    private let tracer: Tracer
    private let state = Mutex(State())

    init(context: TraceContext, parentSpanID: UInt64, tracer: Tracer) {
        self.context = context
        self.parentSpanID = parentSpanID
        self.tracer = tracer
        beganUs = tracer.wallClockUs()
    }

    /// Adds something to find it by: an intent, a route. Whoever reads traces sees it, so no names of people.
    package func note(_ name: StaticString, _ text: String) {
        state.withLock { state in
            guard state.notes.count < Self.maxNotes else { return }
            state.notes.append((name, Self.shortened(text)))
        }
    }

    package func callBegan() -> Int64 { tracer.wallClockUs() }

    package func callEnded(
        _ target: StaticString, _ operation: StaticString, beganUs: Int64, failure: String? = nil
    ) {
        let call = Call(
            id: max(tracer.randomID(), 1), target: target, operation: operation, beganUs: beganUs,
            endedUs: tracer.wallClockUs(), failure: failure.map(Self.shortened))
        state.withLock { state in
            // What ends after the work itself is no part of its answer any more.
            guard !state.hasEnded else { return }
            guard state.calls.count < Self.maxCalls else { return state.leftOut += 1 }
            state.calls.append(call)
        }
    }

    /// Sends it on its way. Only the first end counts.
    package func end(_ outcome: SpanOutcome) {
        let final = state.withLock { state -> State? in
            guard !state.hasEnded else { return nil }
            state.hasEnded = true
            return state
        }
        guard let final else { return }
        tracer.send(
            SegmentDocument(
                service: tracer.service, version: tracer.version, context: context,
                parentSpanID: parentSpanID, beganUs: beganUs, endedUs: tracer.wallClockUs(), outcome: outcome,
                state: final))
    }

    private static func shortened(_ text: String) -> String {
        text.count > maxTextLength ? text.prefix(maxTextLength) + "…" : text
    }
}

/// How a piece of work ended.
package enum SpanOutcome: Sendable {
    case http(method: StaticString, path: String, status: Int)
    case done
    case failed(String)
}
