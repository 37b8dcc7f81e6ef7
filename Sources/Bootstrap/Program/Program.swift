import EventLoop
import Glibc
import Telemetry

/// What an executable does from its first instruction to its exit code.
package enum Program {
    /// Exit codes of `sysexits.h`: a usage error, and a service that cannot be had.
    package static let usageError: Int32 = 64
    package static let cannotServe: Int32 = 69

    /// Runs a service with the routes that belong to it.
    package static func run(_ executable: Executable) -> Never {
        run(executable) { configuration in
            { context in ServiceRoutes.add(to: context, configuration) }
        }
    }

    /// The same with routes of the caller's own, made on each loop.
    package static func run(
        _ executable: Executable,
        routes: (ServiceConfiguration) -> @Sendable (LoopContext) -> Void
    ) -> Never {
        switch request(executable) {
        case .answer(let text):
            print(text, terminator: "")
            exit(0)
        case .run(let configuration):
            exit(serve(configuration, routes: routes(configuration)))
        }
    }

    private static func request(_ executable: Executable) -> CommandLineRequest {
        do throws(ConfigurationError) {
            return try CommandLineRequest.ofThisProcess(executable)
        } catch {
            fail(executable, error.message, code: usageError)
        }
    }

    private static func serve(
        _ configuration: ServiceConfiguration, routes: @escaping @Sendable (LoopContext) -> Void
    ) -> Int32 {
        let logger = Logger(
            service: configuration.executable.rawValue, level: configuration.logLevel,
            sink: DescriptorLogSink())
        for warning in configuration.warnings { logger.warning(warning) }
        let metrics = MetricsRegistry()
        metrics.addProcessMetrics()
        let host = ServiceHost(
            service: configuration.executable.rawValue, settings: configuration.hosting, logger: logger,
            metrics: metrics)
        do throws(SocketError) {
            try host.run(routes: routes)
            return 0
        } catch {
            fail(
                configuration.executable, "\(error); choose another with --host, --port or --admin-port",
                code: cannotServe)
        }
    }

    /// One line a person can act on, and the code a script can.
    static func fail(_ executable: Executable, _ message: String, code: Int32) -> Never {
        let line = Array("\(executable.rawValue): \(message)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        exit(code)
    }
}
