/// What the public service allows itself. Only the time to live is an operator's affair.
package struct PublicSettings: Sendable {
    /// How long what was read counts as fresh: the setting `public-cache-ttl-ms`, 100 to 3000. Nothing older than
    /// 2,900 ms is shown, so whoever asks then waits for the source.
    package var cacheTTLMs = 1_000
    /// How long a refresh may take, waiting for another process included, while there is something to show.
    /// Begun after the default time to live it ends before what is shown gets too old, so a source that hangs
    /// makes nobody wait. A source that takes longer counts as failing.
    package var refreshDeadlineMs = 1_800
    /// The same while there is nothing to show; below the server's deadline for a handler.
    package var firstReadDeadlineMs = 4_000
    /// When a reading that is past its deadline is cancelled, and another one may begin.
    package var abandonAfterMs = 15_000
    /// Answers that are kept ready on a loop.
    package var maxAnswers = 4_096
    /// The bytes of all of them.
    package var maxAnswerBytes = 64 * 1_024 * 1_024
    /// Events whose seats are kept on a loop.
    package var maxEvents = 256
    /// From this on the seats in words are given by section only.
    package var maxSeatsInOneList = 5_000

    package init() {}
}
