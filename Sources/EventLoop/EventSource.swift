/// Something with a descriptor that a loop watches. Subclasses say what to do when it is ready.
///
/// A class and not a protocol: the loop keeps the object's address in epoll's own event, so a ready socket
/// is found without a table.
/// `open`, which implies `public`, is the only access that lets another module of the package inherit.
open class EventSource {
    /// The descriptor that is watched; owned, and closed, by the subclass.
    package let descriptor: Int32
    /// Events of a batch may be older than the source's end: the loop drops those of a source that is no
    /// longer watched.
    package private(set) var isWatched = false

    public init(descriptor: Int32) { self.descriptor = descriptor }

    /// Called on the loop with what has become possible.
    open func becameReady(_ events: EventSet) {}

    func watchBegan() { isWatched = true }
    func watchEnded() { isWatched = false }
}
