import Glibc
import Synchronization

/// Stands between a pool and a server and passes everything on, until it is told to lose something.
final class FaultProxy: Sendable {
    enum Fault: Int {
        case none
        /// The next request reaches the server; its answer does not come back, and the connection ends.
        case loseAnswer
        /// The next request does not reach the server, and the connection ends.
        case loseRequest
    }

    let port: Int
    private let listener: LoopbackListener
    private let serverPort: Int
    private let fault = Atomic(Fault.none.rawValue)
    private let isClosed = Atomic(false)

    init(toPort serverPort: Int) {
        listener = LoopbackListener()
        port = listener.port
        self.serverPort = serverPort
        OwnThread.start { [self] in acceptAll() }
    }

    func inject(_ fault: Fault) { self.fault.store(fault.rawValue, ordering: .sequentiallyConsistent) }

    func close() {
        isClosed.store(true, ordering: .sequentiallyConsistent)
        // The thread that accepts closes it: until then its number must not be anybody else's.
        shutdown(listener.descriptor, Int32(SHUT_RDWR))
    }

    private func acceptAll() {
        defer { listener.close() }
        while !isClosed.load(ordering: .sequentiallyConsistent) {
            let client = accept(listener.descriptor, nil, nil)
            guard client >= 0 else { return }
            // A child of another test would keep it open behind our back.
            _ = fcntl(client, F_SETFD, FD_CLOEXEC)
            let server = Self.connect(serverPort)
            guard server >= 0 else {
                Glibc.close(client)
                continue
            }
            OwnThread.start { [self] in pass(client, server) }
        }
    }

    private static func connect(_ port: Int) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let answer = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard answer == 0 else {
            Glibc.close(descriptor)
            return -1
        }
        return descriptor
    }

    private func pass(_ client: Int32, _ server: Int32) {
        defer {
            Glibc.close(client)
            Glibc.close(server)
        }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var losesAnswer = false
        while true {
            var waiting = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&waiting, 2, 60_000) > 0 else { return }
            if waiting[0].revents != 0 {
                let count = read(client, &buffer, buffer.count)
                guard count > 0 else { return }
                let fault = Fault(
                    rawValue: self.fault.exchange(Fault.none.rawValue, ordering: .sequentiallyConsistent))
                if fault == .loseRequest { return }
                if fault == .loseAnswer { losesAnswer = true }
                guard send(server, buffer, count, Int32(MSG_NOSIGNAL)) == count else { return }
            }
            if waiting[1].revents != 0 {
                let count = read(server, &buffer, buffer.count)
                guard count > 0 else { return }
                // The server has answered: what it was asked to do is done.
                if losesAnswer { return }
                guard send(client, buffer, count, Int32(MSG_NOSIGNAL)) == count else { return }
            }
        }
    }
}
