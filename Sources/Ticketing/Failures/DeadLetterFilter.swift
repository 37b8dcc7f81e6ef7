/// Which dead letters are meant. What is nil does not matter.
package struct DeadLetterFilter: Hashable, Sendable {
    package var event: EventID?
    package var kind: FailureKind?

    package init(event: EventID? = nil, kind: FailureKind? = nil) {
        self.event = event
        self.kind = kind
    }

    package static let all = DeadLetterFilter()

    package func matches(_ letter: DeadLetter) -> Bool {
        (event == nil || event == letter.event) && (kind == nil || kind == letter.kind)
    }
}
