import EventLoop
import Glibc
import Testing

@testable import HTTP

/// A server that does what a test tells it, connection by connection and byte by byte.
final class TestPeer {
    private let descriptor: Int32
    let address: SocketAddress

    init() throws {
        descriptor = try TCPSocket.listen(on: SocketAddress(host: "127.0.0.1", port: 0)!, backlog: 256)
        address = try TCPSocket.localAddress(of: descriptor)
    }

    deinit { close(descriptor) }

    /// The next connection; it fails the test when none comes.
    func accept() -> RawClient {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let isReady = poll(&waiting, 1, 20_000) == 1
        #expect(isReady, "no connection came")
        let accepted = isReady ? Glibc.accept(descriptor, nil, nil) : -1
        // A child of another test would keep it open behind our back.
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        return RawClient(accepted: accepted)
    }

    /// Whether a connection waits to be accepted.
    func hasCaller() -> Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) == 1
    }
}

/// A client on a loop with a manual clock, and the peer it talks to.
struct TestClient: Sendable {
    let loop: EventLoop
    let clock: ManualLoopClock
    let client: LoopBound<HTTPClient>

    /// Begins to send; the answer is the task's value.
    func begin(_ request: ClientRequest) -> Task<Result<ClientResponse, HTTPClientError>, Never> {
        Task(executorPreference: loop) {
            do throws(HTTPClientError) {
                return .success(try await client.value.send(request))
            } catch {
                return .failure(error)
            }
        }
    }

    func get(_ target: String = "/") -> Task<Result<ClientResponse, HTTPClientError>, Never> {
        begin(ClientRequest(.get, target))
    }

    func settle() {
        for _ in 0..<6 { loop.runAndWait {} }
    }

    func pass(ms: UInt64) {
        settle()
        clock.advance(byMs: ms, waking: loop)
        settle()
    }

    var openConnections: Int { loop.runAndWait { client.value.openConnections } }
    var waitingRequests: Int { loop.runAndWait { client.value.waitingRequests } }
}

func withClient(
    _ change: (inout ClientSettings) -> Void = { _ in }, _ body: (TestClient, TestPeer) async throws -> Void
) async throws {
    var settings = ClientSettings()
    change(&settings)
    let peer = try TestPeer()
    let clock = ManualLoopClock()
    let thread = LoopThread(name: "test-client", clock: .manual(clock))
    let loop = thread.loop
    let address = peer.address
    let bound = loop.runAndWait { [settings] in
        LoopBound(HTTPClient(loop: loop, address: address, settings: settings), on: loop)
    }
    let client = TestClient(loop: loop, clock: clock, client: bound)
    do {
        try await body(client, peer)
    } catch {
        Issue.record(error)
    }
    loop.runAndWait { bound.value.close() }
    client.settle()
    thread.stopAndJoin()
}

extension Result<ClientResponse, HTTPClientError> {
    var text: String? { try? get().text }
    var status: Int? { try? get().status }
    var errorCode: HTTPClientError.Code? {
        guard case .failure(let error) = self else { return nil }
        return error.code
    }
}
