import EventLoop
import Glibc
import HTTP
import JSON
import Telemetry

/// The whole double on one loop: both ports, its data, and an end on SIGTERM or SIGINT.
package struct DoubleProcess {
    private let settings: DoubleSettings
    private let logger: Logger

    package init(settings: DoubleSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// What an executable does from its first instruction to its exit code.
    package static func main(_ arguments: [String]) -> Never {
        signal(SIGPIPE, SIG_IGN)
        guard !arguments.contains("--help") else {
            print(DoubleSettings.help, terminator: "")
            exit(0)
        }
        let settings: DoubleSettings
        do throws(DoubleSettings.Fault) {
            settings = try DoubleSettings.parse(arguments) { name in getenv(name).map { String(cString: $0) }
            }
        } catch {
            fail(error.message, code: 64)
        }
        guard !settings.isPrinted else {
            print(settings.description, terminator: "")
            exit(0)
        }
        let logger = Logger(
            service: "aws-double", level: .info, sink: DescriptorLogSink(descriptor: STDOUT_FILENO))
        do throws(SocketError) {
            try DoubleProcess(settings: settings, logger: logger).run()
        } catch {
            fail("\(error); choose another with --port or --control-port", code: 69)
        }
        exit(0)
    }

    private static func fail(_ message: String, code: Int32) -> Never {
        let line = Array("aws-double: \(message)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        exit(code)
    }

    private func run() throws(SocketError) {
        let loop = EventLoop(name: "aws-double")
        let relay = SignalRelay()
        let signals = SignalSource([SIGTERM, SIGINT]) { _ in
            relay.ports?.end()
            relay.ports = nil
            loop.stop()
        }
        guard let signals, loop.watch(signals, for: .readable) else { throw SocketError.cannotWatch }
        let serving = try listen(on: settings.port)
        let control = try listen(on: settings.controlPort)
        let address = try TCPSocket.localAddress(of: serving)
        let controlAddress = try TCPSocket.localAddress(of: control)
        loop.execute { [settings, logger] in
            let ports = DoublePorts(
                settings: settings, loop: loop, clock: DoubleClock(wallMs: SystemClock.wallMs),
                logger: logger)
            relay.ports = ports
            ports.serve(serving, control: control)
            logger.info("ready") { line in
                line.member("address", "http://\(address)")
                line.member("control", "http://\(controlAddress)")
            }
        }
        loop.run()
        logger.info("stopped")
        logger.flush(deadlineMs: 1_000)
    }

    private func listen(on port: UInt16) throws(SocketError) -> Int32 {
        guard let address = SocketAddress(host: settings.host, port: port) else {
            throw SocketError.badAddress(settings.host)
        }
        try TCPSocket.checkIsFree(address)
        return try TCPSocket.listen(on: address, backlog: 4_096)
    }
}

/// Carries a signal to the ports, which are made after the signals are caught.
private final class SignalRelay {
    var ports: DoublePorts?
}
