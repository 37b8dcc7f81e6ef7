import CLinux

/// What epoll says of a descriptor, as a set of plain bits.
public struct EventSet: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = EventSet(rawValue: 0x001)
    package static let writable = EventSet(rawValue: 0x004)
    package static let failed = EventSet(rawValue: 0x008)
    package static let hungUp = EventSet(rawValue: 0x010)
    package static let peerClosed = EventSet(rawValue: 0x2000)
    /// One event a change: the owner has to read or write until the kernel says there is no more, and in
    /// return a busy socket is not put back on the ready list after every wait.
    package static let edgeTriggered = EventSet(rawValue: 0x8000_0000)

    /// A stream socket for its whole life: never modified again, so a connection costs one epoll_ctl.
    package static let stream: EventSet = [.readable, .writable, .peerClosed, .edgeTriggered]
}
