/// A value that belongs to one loop but whose name travels: through a task, a signal, another thread.
///
// Sendable although the value is not, because every way to it first proves that the caller is on the
// loop: the value is only ever touched by one thread.
package struct LoopBound<Value>: @unchecked Sendable {
    private let stored: Value
    package let loop: EventLoop

    /// Wraps a value of the loop that is running now.
    package init(_ value: Value, on loop: EventLoop) {
        loop.preconditionIsCurrent()
        self.stored = value
        self.loop = loop
    }

    /// The value. Stops the program off the loop: a race that is seen is better than one that is not.
    package var value: Value {
        loop.preconditionIsCurrent()
        return stored
    }
}
