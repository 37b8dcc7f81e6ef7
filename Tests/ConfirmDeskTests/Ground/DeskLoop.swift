/// Stands for the loop: one thing at a time happens on it, as on a loop, and desks and routers belong to it.
@globalActor
actor DeskLoop {
    static let shared = DeskLoop()
}
