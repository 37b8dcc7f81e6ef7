import EventLoop
import Glibc
import Telemetry

/// What an executable does from its first instruction to its exit code.
package enum Program {
    /// Runs a service with the stores and routes that belong to it.
    package static func run(
        _ executable: Executable, arguments: [String] = Array(CommandLine.arguments.dropFirst())
    ) -> Never {
        run(executable, arguments: arguments) { configuration, logger, metrics, tracer throws(StartFailure) in
            try Assembly(configuration: configuration, logger: logger, metrics: metrics, tracer: tracer)
                .parts()
        }
    }

    /// The same with routes of the caller's own, made on each loop, and no stores.
    package static func run(
        _ executable: Executable,
        routes: (ServiceConfiguration) -> @Sendable (LoopContext) -> Void
    ) -> Never {
        run(executable, arguments: Array(CommandLine.arguments.dropFirst())) {
            configuration, _, _, _ throws(StartFailure) in ServiceParts(routes: routes(configuration))
        }
    }

    private typealias Assemble =
        (ServiceConfiguration, Logger, MetricsRegistry, Tracer?) throws(StartFailure) -> ServiceParts

    private static func run(
        _ executable: Executable, arguments: [String], assemble: Assemble
    ) -> Never {
        switch request(executable, arguments) {
        case .answer(let text):
            print(text, terminator: "")
            exit(0)
        case .askHealth(let question):
            ask(question, executable)
        case .run(let configuration):
            serve(configuration, assemble)
            exit(0)
        }
    }

    private static func request(_ executable: Executable, _ arguments: [String]) -> CommandLineRequest {
        do throws(ConfigurationError) {
            return try CommandLineRequest.ofThisProcess(executable, arguments: arguments)
        } catch {
            fail(executable, error.message, code: ConfigurationError.exitCode)
        }
    }

    /// For the health check of a container that has no shell and no other program.
    private static func ask(_ question: HealthQuestion, _ executable: Executable) -> Never {
        do throws(HealthFailure) {
            print(try HealthAsker.ask(question))
            exit(0)
        } catch {
            fail(executable, error.message, code: 1)
        }
    }

    private static func serve(_ configuration: ServiceConfiguration, _ assemble: Assemble) {
        // Whoever reads the words or the logs may go; that is no reason to end a sale.
        signal(SIGPIPE, SIG_IGN)
        // `ticket run` speaks to a person on standard output; its lines for machines go beside that.
        let logDescriptor = configuration.executable == .allInOne ? STDERR_FILENO : STDOUT_FILENO
        let logger = Logger(
            service: configuration.executable.rawValue, level: configuration.logLevel,
            sink: DescriptorLogSink(descriptor: logDescriptor))
        for warning in configuration.warnings { logger.warning(warning) }
        let metrics = MetricsRegistry()
        metrics.addProcessMetrics()
        let tracer = tracer(configuration, metrics)
        let host = ServiceHost(
            service: configuration.executable.rawValue, settings: configuration.hosting, logger: logger,
            metrics: metrics, tracer: tracer, metricsLog: configuration.metricsLog)
        do throws(StartFailure) {
            try host.run { () throws(StartFailure) in try assemble(configuration, logger, metrics, tracer) }
        } catch {
            fail(configuration.executable, error.message, code: error.exitCode)
        }
    }

    /// Nil when nothing is to be traced; then nothing of tracing is ever touched.
    private static func tracer(_ configuration: ServiceConfiguration, _ metrics: MetricsRegistry) -> Tracer? {
        guard case .xray(let host, let port) = configuration.tracing.target,
            let daemon = XRayDaemon(host: host, port: port)
        else { return nil }
        return Tracer(
            service: configuration.executable.rawValue, version: Executable.version,
            limits: Tracer.Limits(
                samplePercent: configuration.tracing.samplePercent,
                maxPerSecond: configuration.tracing.maxPerSecond),
            sink: daemon, metrics: metrics)
    }

    /// One line a person can act on, and the code a script can.
    static func fail(_ executable: Executable, _ message: String, code: Int32) -> Never {
        let line = Array("\(executable.rawValue): \(message)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        exit(code)
    }
}
