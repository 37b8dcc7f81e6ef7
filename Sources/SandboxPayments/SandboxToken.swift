/// What a sandbox token makes of a charge.
enum SandboxToken: String, CaseIterable, Sendable {
    case ok = "tok_ok"
    case declined = "tok_declined"
    /// Takes its time, then pays.
    case slow = "tok_slow"
    /// Fails twice in a way that may be tried again, then pays.
    case retry = "tok_retry"
    /// Pays, and the answer is lost the first time.
    case unknown = "tok_unknown"
    /// Never works.
    case broken = "tok_broken"

    static let slowMs = 2_000
    static let failuresOfRetry = 2
}
