/// Work that goes on beside the requests: the worker with its reconciler. It is made, used and ended on a loop of
/// its own, so that a busy worker delays no answer.
package protocol BackgroundWork: AnyObject {
    /// Starts the work and returns at once.
    func begin()

    /// Takes nothing new, ends what has begun as far as that goes within the time, then calls `finished` once, on
    /// its loop.
    func drain(withinMs timeoutMs: UInt64, finished: @escaping () -> Void)
}
