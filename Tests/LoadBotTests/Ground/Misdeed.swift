/// What a sale does wrong on purpose, so that the bot has something to find.
enum Misdeed: String, CaseIterable, Sendable {
    case none
    /// Two orders for one seat.
    case sellsTwice
    /// An intent that was answered with 201 stays pending for ever.
    case neverEnds
    /// An intent that was answered with 201 is unknown afterwards.
    case forgets
    /// What was confirmed is declined a moment later.
    case changesItsMind
    /// What was cancelled is confirmed.
    case ignoresCancels
    /// The same key gets another body.
    case answersAnew
    /// The same key sells the same seats once more.
    case sellsReplaysAgain
    /// A key that was used for other seats buys these too.
    case sellsOnUsedKeys
    /// The same key is told that its request is wrong.
    case deniesReplays
    /// A purchase is acknowledged, and nobody can ask what becomes of it.
    case namesNoIntent
    /// The numbers of the integrity page do not add up.
    case losesSeats
    /// There are fewer tickets than sold seats when all is done.
    case losesTickets
    /// Pages are older than they say.
    case hidesItsAge
    /// Pages are older than any may be, and say so.
    case isTooOld
    /// A seat that was sold is still shown as free.
    case showsSoldAsFree
    /// A refusal that does not say when to come again.
    case refusesForEver
    /// A refusal that says so, which is none.
    case refusesForAWhile
    /// One in ten answers is a 500.
    case breaks
    /// Every answer takes 300 ms.
    case dawdles
    /// Most requests get no answer.
    case hangs
}
