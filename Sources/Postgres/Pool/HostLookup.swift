import EventLoop
import Glibc
import Synchronization

/// Turns names into addresses on a thread of its own: the C library's look-up blocks, and a connection that works
/// must not wait for a name server that does not.
///
/// Names are looked up for every connection: after a failover the same name is another machine.
final class HostLookup: Sendable {
    private let thread = Mutex<Owned?>(nil)

    private struct Owned: ~Copyable {
        var thread: LoopThread
        consuming func stop() { thread.stopAndJoin() }
    }

    /// More than a name with two addresses of each kind has no use: each is tried in turn until the deadline.
    private static let maxAddresses = 4

    /// Calls back on `loop`, with the addresses or with why there are none.
    func addresses(
        of host: String, on loop: EventLoop,
        _ done: @escaping @Sendable (Result<[String], PostgresFailure>) -> Void
    ) {
        guard !PostgresURL.isNumeric(host) else {
            loop.execute { done(.success([host])) }
            return
        }
        let names = thread.withLock { owned in
            if let names = owned?.thread.loop { return names }
            let started = LoopThread(name: "postgres-names")
            let names = started.loop
            owned = Owned(thread: started)
            return names
        }
        names.execute {
            let result = Self.look(host)
            loop.execute { done(result) }
        }
    }

    /// Waits for a look-up under way.
    func close() {
        let last = thread.withLock { owned -> Owned? in
            let last = owned.take()
            return last
        }
        if let last { last.stop() }
    }

    private static func look(_ host: String) -> Result<[String], PostgresFailure> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(host, nil, &hints, &list)
        guard failure == 0 else {
            let words = String(cString: gai_strerror(failure))
            return .failure(PostgresFailure(.cannotConnect, "the host \(host) has no address: \(words)"))
        }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var next = list
        while let entry = next, addresses.count < maxAddresses {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let isNamed = getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0,
                NI_NUMERICHOST)
            let address = text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
            if isNamed == 0, !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        return .success(addresses)
    }
}
