import CLinux
import EventLoop
import Glibc
import TicketingTesting

/// A real redis-server on loopback, on a free port, gone with the object.
final class RedisServer: @unchecked Sendable {
    let port: UInt16
    private let directory: ScratchDirectory
    private let folder: String
    private let arguments: [String]
    /// What redis-cli needs to get in.
    private let clientArguments: [String]
    private var process: ChildProcess

    static func start(
        in directory: ScratchDirectory, tls: TestCertificates? = nil, clientArguments: [String] = [],
        _ more: [String] = []
    ) async throws -> RedisServer {
        try await apart {
            try RedisServer(in: directory, tls: tls, clientArguments: clientArguments, more)
        }
    }

    /// Blocks until the server is up.
    init(
        in directory: ScratchDirectory, port: UInt16 = freePort(), tls: TestCertificates? = nil,
        trusting authorities: String? = nil, clientArguments: [String] = [], _ more: [String] = []
    ) throws {
        self.port = port
        self.directory = directory
        folder = directory.subdirectory("redis-\(port)")
        var arguments = ["--dir", folder, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        arguments += ["--logfile", "\(folder)/log", "--enable-debug-command", "yes"]
        if let tls {
            arguments += ["--port", "0", "--tls-port", "\(port)", "--tls-auth-clients", "no"]
            arguments += ["--tls-cert-file", tls.certificate, "--tls-key-file", tls.key]
            arguments += ["--tls-ca-cert-file", authorities ?? tls.authority]
            self.clientArguments = clientArguments + ["--tls", "--cacert", authorities ?? tls.authority]
        } else {
            arguments += ["--port", "\(port)"]
            self.clientArguments = clientArguments
        }
        self.arguments = arguments + more
        process = try ChildProcess("redis-server", self.arguments, output: "\(folder)/out")
        try waitUntilUp()
    }

    var url: String { "redis://127.0.0.1:\(port)" }

    /// Asks the server as a person would.
    @discardableResult
    func ask(_ words: String...) async throws -> String { try await apart { try self.answer(words) } }

    /// The same, blocking.
    func answer(_ words: [String]) throws -> String {
        let answer = try ChildProcess.run(
            "redis-cli", ["-h", "127.0.0.1", "-p", "\(port)", "--no-auth-warning"] + clientArguments + words,
            in: directory)
        return answer.hasSuffix("\n") ? String(answer.dropLast()) : answer
    }

    func kill() { process.end() }
    func pause() { process.send(SIGSTOP) }
    func goOn() { process.send(SIGCONT) }

    func startAgain() async throws {
        try await apart { [self] in
            process.end()
            process = try ChildProcess("redis-server", arguments, output: "\(folder)/out")
            try waitUntilUp()
        }
    }

    /// A shared machine may be slow to start it; it is looked at and not timed.
    private func waitUntilUp() throws {
        for _ in 0..<600 {
            if let answer = try? answer(["PING"]), answer == "PONG" { return }
            guard process.isRunning else { break }
            usleep(50_000)
        }
        throw ChildProcess.StartError(
            message: "redis-server: \(directory.read("\(folder)/out")) \(directory.read("\(folder)/log"))")
    }
}

/// A port that nobody has at the moment.
func freePort() -> UInt16 {
    guard let any = SocketAddress(host: "127.0.0.1", port: 0),
        let listener = try? TCPSocket.listen(on: any, backlog: 1)
    else { preconditionFailure("no port is free") }
    defer { close(listener) }
    return (try? TCPSocket.localAddress(of: listener).port) ?? 0
}
