import CLinux
import CTLS
import EventLoop
import Glibc

/// Asks the system's resolver for a name without holding up the loop.
enum NameLookup {
    /// Calls back on the loop with the addresses, in the order in which they should be tried; empty when there are
    /// none. A number is its own answer and takes no thread.
    ///
    /// The thread is left to itself: the resolver has its own time limit, and whoever asked has given up by then.
    static func find(
        _ address: RedisAddress, on loop: EventLoop, _ found: @escaping ([SocketAddress]) -> Void
    ) {
        if let numeric = SocketAddress(host: address.host, port: address.port) { return found([numeric]) }
        let question = Unmanaged.passRetained(Question(address, LoopBound(found, on: loop)))
        var thread = pthread_t()
        let failure = clinux_thread_start(
            &thread, "redis-names",
            { context in
                let question = Unmanaged<Question>.fromOpaque(context!).takeRetainedValue()
                let answers = question.addresses()
                let found = question.found
                found.loop.execute { found.value(answers) }
            }, question.toOpaque())
        guard failure == 0 else {
            question.release()
            return found([])
        }
        pthread_detach(thread)
    }

    private final class Question {
        private let address: RedisAddress
        let found: LoopBound<([SocketAddress]) -> Void>

        init(_ address: RedisAddress, _ found: LoopBound<([SocketAddress]) -> Void>) {
            self.address = address
            self.found = found
        }

        func addresses() -> [SocketAddress] {
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            hints.ai_flags = AI_ADDRCONFIG
            var list: UnsafeMutablePointer<addrinfo>?
            guard getaddrinfo(address.host, nil, &hints, &list) == 0 else { return [] }
            defer { freeaddrinfo(list) }
            var addresses: [SocketAddress] = []
            var next = list
            while let entry = next, addresses.count < 16 {
                next = entry.pointee.ai_next
                var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
                guard
                    getnameinfo(
                        entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0,
                        NI_NUMERICHOST) == 0
                else { continue }
                let numeric = String(
                    decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                if let found = SocketAddress(host: numeric, port: address.port) { addresses.append(found) }
            }
            return addresses
        }
    }
}
